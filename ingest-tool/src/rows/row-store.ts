import { join } from 'node:path';
import { allocateValues, copyValues, gatherValues, type ColumnValues, type RowColumn } from './column-values';
import { SpillRun } from './spill-run';

const FIRST_CAPACITY = 1 << 16;

/**
 * Collects accepted rows of all partitions within a memory budget. When it is used up, rows go to a file grouped by
 * partition, so that each partition can be taken up again alone.
 */
export class RowStore {
  readonly columns: readonly RowColumn[];
  /** Written by the mapper at rows from `count` on, after {@link RowStore.reserve}. */
  values: ColumnValues[];
  partitions: Int32Array = new Int32Array(0);
  count = 0;
  readonly #folder: string;
  readonly #maxRows: number;
  #capacity = 0;
  readonly #runs: SpillRun[] = [];
  /** Grouped rows in memory: made when reading starts. */
  #grouped: { order: Uint32Array; starts: Uint32Array } | undefined;

  /**
   * @param folder where to spill to; must exist
   * @param budgetBytes memory for rows
   */
  constructor(columns: readonly RowColumn[], folder: string, budgetBytes: number) {
    this.columns = columns;
    this.#folder = folder;
    this.values = columns.map(({ type }) => allocateValues(type, 0));
    const rowBytes = this.values.reduce((bytes, { BYTES_PER_ELEMENT }) => bytes + BYTES_PER_ELEMENT, 4);
    // Grouping needs 4 bytes a row more, and growing holds a column twice for a moment.
    this.#maxRows = Math.max(FIRST_CAPACITY, Math.floor(budgetBytes / (rowBytes + 12)));
  }

  /** How often rows had to go to the disk. */
  get spills(): number {
    return this.#runs.length;
  }

  /** Makes room for so many rows more (at most 65,536), on the disk where memory is used up. */
  reserve(rows: number, partitionCount: number): void {
    while (this.count + rows > this.#capacity) {
      if (this.#capacity >= this.#maxRows) this.#spill(partitionCount);
      else this.#grow(Math.min(this.#maxRows, Math.max(FIRST_CAPACITY, this.#capacity * 2)));
    }
  }

  /** Rows of a partition so far. Call it after the last row is in. */
  countOf(partition: number, partitionCount: number): number {
    const { starts } = this.#group(partitionCount);
    const inMemory = (starts[partition + 1] ?? 0) - (starts[partition] ?? 0);
    return this.#runs.reduce((sum, run) => sum + run.countOf(partition), inMemory);
  }

  /** Copies the rows of a partition into arrays made by {@link allocateValues}, from row 0 on. */
  read(partition: number, partitionCount: number, into: ColumnValues[]): void {
    let at = 0;
    for (const run of this.#runs) {
      run.read(partition, into, at);
      at += run.countOf(partition);
    }
    const { order, starts } = this.#group(partitionCount);
    const rows = order.subarray(starts[partition], starts[partition + 1]);
    this.values.forEach((values, column) => {
      const target = into[column];
      if (target !== undefined) gatherValues(values, rows, target, at);
    });
  }

  /** Closes and forgets the files. */
  close(): void {
    for (const run of this.#runs.splice(0)) run.close();
  }

  #grow(capacity: number): void {
    this.values = this.values.map((values, column) => {
      const larger = allocateValues(this.columns[column]?.type ?? 'double', capacity);
      copyValues(values, larger, 0);
      return larger;
    });
    const partitions = new Int32Array(capacity);
    partitions.set(this.partitions);
    this.partitions = partitions;
    this.#capacity = capacity;
  }

  #spill(partitionCount: number): void {
    const { order, starts } = groupByPartition(this.partitions, this.count, partitionCount);
    this.#runs.push(new SpillRun(join(this.#folder, `run-${this.#runs.length}`), this.values, order, starts));
    this.count = 0;
  }

  #group(partitionCount: number): { order: Uint32Array; starts: Uint32Array } {
    return (this.#grouped ??= groupByPartition(this.partitions, this.count, partitionCount));
  }
}

/** A stable counting sort: row numbers by partition, and where each partition starts among them. */
function groupByPartition(
  partitions: Int32Array,
  count: number,
  partitionCount: number,
): { order: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(partitionCount + 1);
  for (let row = 0; row < count; row++) {
    const next = (partitions[row] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let partition = 0; partition < partitionCount; partition++) {
    starts[partition + 1] = (starts[partition + 1] ?? 0) + (starts[partition] ?? 0);
  }
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const partition = partitions[row] ?? 0;
    const place = next[partition] ?? 0;
    order[place] = row;
    next[partition] = place + 1;
  }
  return { order, starts };
}

import { join } from 'node:path';
import { collectGarbage } from '../collect-garbage';
import { allocateValues, copyValues, scatterValues, type ColumnValues, type RowColumn } from './column-values';
import { SpillRun } from './spill-run';

const LEAST_CAPACITY = 1 << 16;

/** Rows that room is asked for at a time, at most. */
const MOST_RESERVED = 1 << 16;

/** Rows that may stay in memory while the days are made. */
const ROWS_KEPT = 1 << 18;

/**
 * Collects accepted rows of all partitions within a memory budget. When it is used up, rows go to a file grouped by
 * partition, so that each partition can be taken up again alone. While they are written, further rows are taken.
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
  /** Columns as many as those in use, to group rows into; undefined while they are being written. */
  #spare: ColumnValues[] | undefined;
  #writing: Promise<void> = Promise.resolve();
  #writes = 0;
  /** Where each partition starts among the rows in memory, and the end: once they are grouped, when reading starts. */
  #starts: Uint32Array | undefined;

  /**
   * @param folder where to spill to; must exist
   * @param budgetBytes memory for rows
   */
  constructor(columns: readonly RowColumn[], folder: string, budgetBytes: number) {
    this.columns = columns;
    this.#folder = folder;
    this.values = columns.map(({ type }) => allocateValues(type, 0));
    const rowBytes = this.values.reduce((bytes, { BYTES_PER_ELEMENT }) => bytes + BYTES_PER_ELEMENT, 0);
    // Rows are there twice, once as they came and once grouped, beside the partition and the place of each.
    this.#maxRows = Math.max(LEAST_CAPACITY, Math.floor(budgetBytes / (2 * rowBytes + 8)));
  }

  /** How often rows had to go to the disk. */
  get spills(): number {
    return this.#runs.length;
  }

  /**
   * Waits for the disk where it is slower than whoever brings rows.
   * @throws what writing failed with, such as a full disk
   */
  async ready(): Promise<void> {
    if (this.#writes > 0 && this.count + MOST_RESERVED > this.#capacity) await this.#writing;
  }

  /** Makes room for so many rows more (at most 65,536), on the disk where memory is used up. */
  reserve(rows: number, partitionCount: number): void {
    if (this.#capacity === 0) this.#allocate();
    if (this.count + rows > this.#capacity) this.#spill(partitionCount);
  }

  /** Call it after the last row is in: many rows go to the disk, so that there is room for the days they become. */
  async settle(partitionCount: number): Promise<void> {
    const isSmall = this.count <= ROWS_KEPT;
    if (!isSmall) this.#spill(partitionCount);
    await this.#writing;
    this.#spare = undefined;
    if (isSmall) return;
    this.values = this.columns.map(({ type }) => allocateValues(type, 0));
    this.partitions = new Int32Array(0);
    this.#capacity = 0;
    collectGarbage();
  }

  /** Rows of a partition. Called after the last row is in. */
  countOf(partition: number, partitionCount: number): number {
    const starts = this.#grouped(partitionCount);
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
    const starts = this.#grouped(partitionCount);
    this.values.forEach((values, column) => {
      const target = into[column];
      if (target !== undefined) copyValues(values.subarray(starts[partition], starts[partition + 1]), target, at);
    });
  }

  /** Closes and forgets the files. */
  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    for (const run of this.#runs.splice(0)) run.close();
  }

  /** All at once: the system gives memory only where it is written to, and nothing is ever copied to a larger place. */
  #allocate(): void {
    this.#capacity = this.#maxRows;
    this.values = this.#columns();
    this.partitions = new Int32Array(this.#capacity);
  }

  #columns(): ColumnValues[] {
    return this.columns.map(({ type }) => allocateValues(type, this.#capacity));
  }

  #spill(partitionCount: number): void {
    const { grouped, starts } = this.#group(partitionCount);
    const run = new SpillRun(join(this.#folder, `run-${this.#runs.length}`), starts);
    this.#runs.push(run);
    this.#writes++;
    this.#writing = Promise.all([this.#writing, run.write(grouped)]).then(() => {
      this.#writes--;
      this.#spare = grouped;
    });
    // Whoever waits for it hears of a failure.
    this.#writing.catch(() => undefined);
    this.count = 0;
  }

  #grouped(partitionCount: number): Uint32Array {
    if (this.#starts === undefined) {
      const { grouped, starts } = this.#group(partitionCount);
      this.values = grouped;
      this.#starts = starts;
    }
    return this.#starts;
  }

  /**
   * Puts the rows of each partition side by side. Columns are read from front to back and written to as many places as
   * there are partitions, which takes a fifth of the time that picking rows from all over a column does.
   */
  #group(partitionCount: number): { grouped: ColumnValues[]; starts: Uint32Array } {
    const { places, starts } = placesByPartition(this.partitions, this.count, partitionCount);
    const grouped = this.#spare ?? this.#columns();
    this.#spare = undefined;
    this.values.forEach((values, column) => {
      const target = grouped[column];
      if (target !== undefined) scatterValues(values, places, target);
    });
    return { grouped, starts };
  }
}

/** A stable counting sort: the place of each row among those ordered by partition, and where each partition starts. */
function placesByPartition(
  partitions: Int32Array,
  count: number,
  partitionCount: number,
): { places: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(partitionCount + 1);
  for (let row = 0; row < count; row++) {
    const next = (partitions[row] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let partition = 0; partition < partitionCount; partition++) {
    starts[partition + 1] = (starts[partition + 1] ?? 0) + (starts[partition] ?? 0);
  }
  const next = starts.slice();
  const places = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const partition = partitions[row] ?? 0;
    const place = next[partition] ?? 0;
    places[row] = place;
    next[partition] = place + 1;
  }
  return { places, starts };
}

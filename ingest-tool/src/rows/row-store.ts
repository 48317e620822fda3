import { join } from 'node:path';
import { collectGarbage } from '../collect-garbage';
import {
  allocateValues,
  bytesOfRow,
  copyValues,
  scatterValues,
  viewColumns,
  viewValues,
  type ColumnValues,
  type RowColumn,
} from './column-values';
import { SpillRun } from './spill-run';

const LEAST_CAPACITY = 1 << 16;

/** More than that is not taken, however much is granted: there is a limit to what can be had in one piece. */
const MOST_BYTES = 2 ** 31;

/** Rows that may stay in memory while the days are made. */
const ROWS_KEPT = 1 << 18;

/** Of each row besides its values: its partition, its place among the grouped rows, and its value in the column being grouped. */
const PARTITION_BYTES = Int32Array.BYTES_PER_ELEMENT;
const PLACE_BYTES = Uint32Array.BYTES_PER_ELEMENT;
const GROUPED_BYTES = Float64Array.BYTES_PER_ELEMENT;

/**
 * Collects accepted rows of all partitions within a memory budget. When it is used up, rows go to a file grouped by
 * partition, so that each partition can be taken up again alone.
 */
export class RowStore {
  readonly columns: readonly RowColumn[];
  /** Written by the mapper at rows from `count` on, after {@link RowStore.reserve}. */
  values: ColumnValues[];
  partitions = new Int32Array(0);
  count = 0;
  readonly #folder: string;
  readonly #maxRows: number;
  #capacity = 0;
  #places = new Uint32Array(0);
  /** All of these arrays lie in it; at its beginning is room for a column while it is grouped. */
  #buffer = new ArrayBuffer(0);
  readonly #runs: SpillRun[] = [];
  /** Where each partition starts among the rows in memory, and the end: once they are grouped, when reading starts. */
  #starts: Uint32Array | undefined;

  /**
   * @param folder where to spill to; must exist
   * @param budgetBytes memory for rows, of which two GiB are used at most
   */
  constructor(columns: readonly RowColumn[], folder: string, budgetBytes: number) {
    this.columns = columns;
    this.#folder = folder;
    this.values = columns.map(({ type }) => allocateValues(type, 0));
    // Even, so that each column in the common buffer starts where values of eight bytes may.
    this.#maxRows = Math.max(LEAST_CAPACITY, 2 * Math.floor(Math.min(budgetBytes, MOST_BYTES) / this.#rowBytes() / 2));
  }

  /** How often rows had to go to the disk. */
  get spills(): number {
    return this.#runs.length;
  }

  /** Makes room for so many rows more (at most 65,536), on the disk where memory is used up. */
  reserve(rows: number, partitionCount: number): void {
    if (this.#capacity === 0) this.#allocate(this.#maxRows);
    if (this.count + rows > this.#capacity) this.#spill(partitionCount);
  }

  /** Call it after the last row is in: all but few rows go to the disk, so that there is room for the days they become. */
  settle(partitionCount: number): void {
    if (this.count <= ROWS_KEPT && this.#runs.length === 0) return;
    this.#spill(partitionCount);
    this.#allocate(0);
    collectGarbage();
  }

  /** Rows of a partition. Called after the last row is in. */
  countOf(partition: number, partitionCount: number): number {
    const starts = this.#startsInMemory(partitionCount);
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
    const starts = this.#startsInMemory(partitionCount);
    this.values.forEach((values, column) => {
      const target = into[column];
      if (target !== undefined) copyValues(values.subarray(starts[partition], starts[partition + 1]), target, at);
    });
  }

  /** Closes and forgets the files. */
  close(): void {
    for (const run of this.#runs.splice(0)) run.close();
  }

  #rowBytes(): number {
    return bytesOfRow(this.columns) + PARTITION_BYTES + PLACE_BYTES + GROUPED_BYTES;
  }

  /**
   * All at once, for the system gives memory only where it is written to, and in one piece: it gets back at once what is so large,
   * whereas from between many smaller pieces C libraries give back next to nothing.
   */
  #allocate(capacity: number): void {
    this.#buffer = new ArrayBuffer(capacity * this.#rowBytes());
    this.#capacity = capacity;
    this.values = viewColumns(this.columns, this.#buffer, capacity * GROUPED_BYTES, capacity);
    const end = capacity * (GROUPED_BYTES + bytesOfRow(this.columns));
    this.partitions = new Int32Array(this.#buffer, end, capacity);
    this.#places = new Uint32Array(this.#buffer, end + capacity * PARTITION_BYTES, capacity);
  }

  #spill(partitionCount: number): void {
    if (this.count === 0) return;
    const starts = this.#place(partitionCount);
    this.#runs.push(new SpillRun(join(this.#folder, `run-${this.#runs.length}`), this.#groupedColumns(), starts));
    this.count = 0;
  }

  #startsInMemory(partitionCount: number): Uint32Array {
    if (this.#starts !== undefined) return this.#starts;
    const starts = this.#place(partitionCount);
    let column = 0;
    for (const grouped of this.#groupedColumns()) {
      const values = this.values[column++];
      if (values !== undefined) copyValues(grouped, values, 0);
    }
    return (this.#starts = starts);
  }

  /**
   * Columns with the rows of each partition side by side, each good until the next is asked for. They are read from front to back
   * and written to as many places as there are partitions, which takes a fifth of the time that picking rows from all over a column
   * does.
   */
  *#groupedColumns(): Generator<ColumnValues> {
    const places = this.#places.subarray(0, this.count);
    for (const [index, { type }] of this.columns.entries()) {
      const grouped = viewValues(type, this.#buffer, 0, this.count);
      const values = this.values[index];
      if (values !== undefined) scatterValues(values, places, grouped);
      yield grouped;
    }
  }

  /** A stable counting sort: finds the place of each row among those ordered by partition; returns where each partition starts. */
  #place(partitionCount: number): Uint32Array {
    const starts = new Uint32Array(partitionCount + 1);
    for (let row = 0; row < this.count; row++) {
      const next = (this.partitions[row] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let partition = 0; partition < partitionCount; partition++) {
      starts[partition + 1] = (starts[partition + 1] ?? 0) + (starts[partition] ?? 0);
    }
    const next = starts.slice();
    for (let row = 0; row < this.count; row++) {
      const partition = this.partitions[row] ?? 0;
      const place = next[partition] ?? 0;
      this.#places[row] = place;
      next[partition] = place + 1;
    }
    return starts;
  }
}

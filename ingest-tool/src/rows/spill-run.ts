import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { gatherValues, type ColumnValues } from './column-values';

/** Rows gathered at a time on their way to the disk. */
const CHUNK_ROWS = 1 << 16;

/** Rows that left memory: a file of plain columns, each grouped by partition. It lives no longer than the run. */
export class SpillRun {
  readonly #file: number;
  readonly #starts: Uint32Array;
  /** Where each column starts in the file, in bytes. */
  readonly #offsets: number[] = [];

  /**
   * Writes rows to a new file.
   * @param order row numbers, grouped by partition
   * @param starts where each partition starts in `order`, and the end
   */
  constructor(path: string, values: readonly ColumnValues[], order: Uint32Array, starts: Uint32Array) {
    this.#starts = starts;
    this.#file = openSync(path, 'wx+');
    let position = 0;
    for (const column of values) {
      this.#offsets.push(position);
      for (let start = 0; start < order.length; start += CHUNK_ROWS) {
        const rows = order.subarray(start, start + CHUNK_ROWS);
        const chunk = column.slice(0, rows.length);
        gatherValues(column, rows, chunk);
        position += writeFully(this.#file, new Uint8Array(chunk.buffer), position);
      }
    }
  }

  /** Rows of a partition in this file. */
  countOf(partition: number): number {
    // Partitions that turned up later have no rows here.
    if (partition + 1 >= this.#starts.length) return 0;
    return (this.#starts[partition + 1] ?? 0) - (this.#starts[partition] ?? 0);
  }

  /** Reads the rows of a partition into the columns, from row `at` on. */
  read(partition: number, into: readonly ColumnValues[], at: number): void {
    const count = this.countOf(partition);
    if (count === 0) return;
    this.#offsets.forEach((offset, column) => {
      const target = into[column]?.subarray(at, at + count);
      if (target === undefined) return;
      const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
      const position = offset + (this.#starts[partition] ?? 0) * target.BYTES_PER_ELEMENT;
      for (let done = 0; done < bytes.length;) {
        const read = readSync(this.#file, bytes, done, bytes.length - done, position + done);
        if (read === 0) throw new Error('a spilled run is shorter than it was written');
        done += read;
      }
    });
  }

  close(): void {
    closeSync(this.#file);
  }
}

function writeFully(file: number, bytes: Uint8Array, position: number): number {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
  return bytes.length;
}

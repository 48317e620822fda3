import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { ColumnValues } from './column-values';

/** Rows that left memory: a file of plain columns, each grouped by partition. It lives no longer than the run. */
export class SpillRun {
  readonly #file: number;
  readonly #starts: Uint32Array;
  /** Where each column starts in the file, in bytes. */
  readonly #offsets: number[] = [];

  /**
   * Writes rows to a new file.
   * @param values columns, grouped by partition
   * @param starts where each partition starts in them, and the end
   */
  constructor(path: string, values: readonly ColumnValues[], starts: Uint32Array) {
    this.#starts = starts;
    this.#file = openSync(path, 'wx+');
    const count = starts[starts.length - 1] ?? 0;
    let position = 0;
    for (const column of values) {
      this.#offsets.push(position);
      position += writeFully(this.#file, bytesOf(column.subarray(0, count)), position);
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
      const bytes = bytesOf(target);
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

function bytesOf({ buffer, byteOffset, byteLength }: ColumnValues): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function writeFully(file: number, bytes: Uint8Array, position: number): number {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
  return bytes.length;
}

import { closeSync, openSync, readSync, write } from 'node:fs';
import { promisify } from 'node:util';
import type { ColumnValues } from './column-values';

/** Rows that left memory: a file of plain columns, each grouped by partition. It lives no longer than the run. */
export class SpillRun {
  readonly #file: number;
  readonly #starts: Uint32Array;
  /** Where each column starts in the file, in bytes. */
  readonly #offsets: number[] = [];

  /**
   * Makes a new file.
   * @param starts where each partition starts in the columns, and the end
   */
  constructor(path: string, starts: Uint32Array) {
    this.#starts = starts;
    this.#file = openSync(path, 'wx+');
  }

  /**
   * Writes the rows, which must stay as they are until that is done.
   * @param values columns, grouped by partition
   */
  async write(values: readonly ColumnValues[]): Promise<void> {
    const count = this.#starts[this.#starts.length - 1] ?? 0;
    let position = 0;
    for (const column of values) {
      this.#offsets.push(position);
      position += await writeFully(this.#file, bytesOf(column.subarray(0, count)), position);
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

const writeSome = promisify(write);

async function writeFully(file: number, bytes: Uint8Array, position: number): Promise<number> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await writeSome(file, bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
  return bytes.length;
}

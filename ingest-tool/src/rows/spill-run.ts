import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { ColumnValues } from './column-values';

/** A column in the file of a run. */
interface SpilledColumn {
  /** Where it starts in the file, in bytes. */
  offset: number;
  /** Where the values of each partition start in it, and the end: one value where all of a partition are the same. */
  starts: Uint32Array;
}

/**
 * Rows that left memory: a file of plain columns, each grouped by partition. It lives no longer than the run. What is the same in
 * all rows of a partition, such as the device of a station or a position that stays, is written once.
 */
export class SpillRun {
  readonly #file: number;
  readonly #starts: Uint32Array;
  readonly #columns: readonly SpilledColumn[];

  /**
   * Writes rows to a new file.
   * @param values columns, grouped by partition, each good until the next is asked for; what is in them afterwards means nothing
   * @param starts where each partition starts in them, and the end
   */
  constructor(path: string, values: Iterable<ColumnValues>, starts: Uint32Array) {
    this.#starts = starts;
    this.#file = openSync(path, 'wx+');
    let offset = 0;
    this.#columns = Array.from(values, (column) => {
      const own = { offset, starts: moveTogether(column, starts) };
      offset += writeFully(this.#file, bytesOf(column.subarray(0, own.starts.at(-1))), offset);
      return own;
    });
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
    this.#columns.forEach(({ offset, starts }, column) => {
      const target = into[column];
      if (target === undefined) return;
      const start = starts[partition] ?? 0;
      const written = target.subarray(at, at + (starts[partition + 1] ?? 0) - start);
      readFully(this.#file, bytesOf(written), offset + start * target.BYTES_PER_ELEMENT);
      for (let done = written.length; done < count; done *= 2) {
        target.copyWithin(at + done, at, at + Math.min(done, count - done));
      }
    });
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Leaves one value of each partition in which all are the same, and closes the gaps; returns where each partition starts now. */
function moveTogether(values: ColumnValues, starts: Uint32Array): Uint32Array {
  // Bits, not numbers: null is NaN, and 0 is not -0.
  const words = new Int32Array(values.buffer, values.byteOffset, values.byteLength / Int32Array.BYTES_PER_ELEMENT);
  const size = values.BYTES_PER_ELEMENT / Int32Array.BYTES_PER_ELEMENT;
  const moved = new Uint32Array(starts.length);
  let end = 0;
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const from = starts[partition] ?? 0;
    const to = starts[partition + 1] ?? 0;
    const kept = to > from && isRepeated(words, from * size, to * size, size) ? from + 1 : to;
    if (end < from) values.copyWithin(end, from, kept);
    end += kept - from;
    moved[partition + 1] = end;
  }
  return moved;
}

/** Whether the `size` words at `from` are repeated up to `to`. */
function isRepeated(words: Int32Array, from: number, to: number, size: number): boolean {
  for (let word = from + size; word < to; word++) if (words[word] !== words[word - size]) return false;
  return true;
}

function bytesOf({ buffer, byteOffset, byteLength }: ColumnValues): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function writeFully(file: number, bytes: Uint8Array, position: number): number {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
  return bytes.length;
}

function readFully(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(file, bytes, done, bytes.length - done, position + done);
    if (read === 0) throw new Error('a spilled run is shorter than it was written');
    done += read;
  }
}

import { keptCopy, rejectAt, type Reject } from './message-batch';

/** A line that is too long for what it should hold, while its pieces come in: all of it is stepped over, its beginning kept. */
export class LongLine {
  readonly #offset: number;
  #length = 0;
  #kept = new Uint8Array(0);

  /** @param offset where in the capture it begins */
  constructor(offset: number) {
    this.#offset = offset;
  }

  /** Takes on its next piece. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#length === 0) this.#kept = new Uint8Array(keptCopy(bytes, start, end));
    this.#length += end - start;
  }

  /** What is set aside of it. @param describe says in words what is wrong with so many bytes */
  reject(describe: (length: number) => string): Reject {
    return rejectAt('bad_line', describe(this.#length), this.#offset, this.#length, this.#kept);
  }
}

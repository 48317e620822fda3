/** How much larger than asked for a buffer is made, so that it does for days with somewhat more rows too. */
const SPARE = 1.125;

/**
 * Buffers for the rows of one day after the other. They go round: what has been used is used again, for what is thrown away is taken
 * back late by the collector, and then by a C library that seldom gives it to the system.
 */
export class RowBuffers {
  #free: ArrayBuffer[] = [];

  /** A buffer of at least so many bytes; what is in it means nothing. */
  take(bytes: number): ArrayBuffer {
    const fitting = this.#free.find(({ byteLength }) => byteLength >= bytes);
    // None of those that are too small is kept: the days to come are likely to be as large.
    this.#free = fitting === undefined ? [] : this.#free.filter((buffer) => buffer !== fitting);
    return fitting ?? new ArrayBuffer(Math.ceil(bytes * SPARE));
  }

  /** Takes back a buffer that nobody uses any more. */
  give(buffer: ArrayBuffer): void {
    this.#free.push(buffer);
  }
}

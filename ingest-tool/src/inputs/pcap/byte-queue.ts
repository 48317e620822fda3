const EMPTY = new Uint8Array(0);
const SMALLEST_BUFFER = 4096;

/**
 * The bytes of a file between two positions: what has arrived and has not been consumed yet. A chunk that arrives while
 * nothing is left over is used where it lies; otherwise it is copied behind what is left.
 */
export class ByteQueue {
  bytes: Uint8Array = EMPTY;
  /** Index in `bytes` of the first byte not consumed. */
  start = 0;
  /** Index in `bytes` behind the last byte that has arrived. */
  end = 0;
  /** Offset in the file of `bytes[0]`. */
  #base = 0;
  #owned = false;

  /** Bytes that have arrived and have not been consumed. */
  get length(): number {
    return this.end - this.start;
  }

  /** Offset in the file of the first byte not consumed. */
  get offset(): number {
    return this.#base + this.start;
  }

  /** Offset in the file of a position in `bytes`. */
  offsetAt(index: number): number {
    return this.#base + index;
  }

  /** Position in `bytes` of an offset in the file; negative where those bytes are gone. */
  indexOf(offset: number): number {
    return offset - this.#base;
  }

  /** Adds the file's next bytes. The chunk must not change until it has been consumed. */
  push(chunk: Uint8Array): void {
    const kept = this.length;
    if (kept === 0) {
      this.#base += this.end;
      this.bytes = chunk;
      this.start = 0;
      this.end = chunk.length;
      this.#owned = false;
      return;
    }
    if (!this.#owned || this.end + chunk.length > this.bytes.length) this.#makeRoom(kept + chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  #makeRoom(needed: number): void {
    const { bytes, start, end } = this;
    if (this.#owned && needed * 2 <= bytes.length) {
      bytes.copyWithin(0, start, end);
    } else {
      this.bytes = new Uint8Array(Math.max(SMALLEST_BUFFER, needed * 2));
      this.bytes.set(bytes.subarray(start, end));
      this.#owned = true;
    }
    this.#base += start;
    this.end = end - start;
    this.start = 0;
  }
}

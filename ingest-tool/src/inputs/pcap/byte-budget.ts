/** A limit that all buffers of a capture share, so that no number of connections can take more memory. */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;
  /** Asked to free something when the limit is reached; answers whether it could. */
  onPressure: () => boolean = () => false;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes taken at present. */
  get used(): number {
    return this.#used;
  }

  /** Takes bytes from the budget, making room where that is possible. */
  take(bytes: number): boolean {
    while (this.#used + bytes > this.#limit) {
      const before = this.#used;
      if (!this.onPressure() && this.#used === before) return false;
    }
    this.#used += bytes;
    return true;
  }

  /** Gives bytes back that were taken. */
  give(bytes: number): void {
    this.#used -= bytes;
  }
}

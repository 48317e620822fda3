const SMALLEST = 1 << 16;

/** The value of a hexadecimal digit, 255 for any other byte. */
const HEX_VALUE = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Room for the payloads of one batch, where these do not lie in the capture as they are. */
export class PayloadArena {
  #bytes = new Uint8Array(SMALLEST);
  #used = 0;

  /** What the batch's positions count in; another array once it has grown. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** Where the next payload goes. */
  get used(): number {
    return this.#used;
  }

  clear(): void {
    this.#used = 0;
  }

  /** Takes on a payload. */
  put(payload: Uint8Array): void {
    this.#reserve(payload.length);
    this.#bytes.set(payload, this.#used);
    this.#used += payload.length;
  }

  /** Takes on hexadecimal digits as the bytes they stand for; returns how many, or -1 where they are none. */
  putHex(bytes: Uint8Array, start: number, end: number): number {
    const size = (end - start) >> 1;
    if (size * 2 !== end - start) return -1;
    this.#reserve(size);
    const target = this.#bytes;
    let invalid = 0;
    for (let from = start, to = this.#used; from < end; from += 2, to++) {
      const high = HEX_VALUE[bytes[from] ?? 0] ?? 255;
      const low = HEX_VALUE[bytes[from + 1] ?? 0] ?? 255;
      invalid |= high | low;
      target[to] = (high << 4) | low;
    }
    if (invalid > 15) return -1;
    this.#used += size;
    return size;
  }

  #reserve(size: number): void {
    if (this.#used + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#used + size, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}

/** 64 bits over some bytes, as two signed 32-bit numbers. */
export class PayloadHash {
  low = 0;
  high = 0;

  /** Hashes `bytes[start, end)`, four bytes a step, mixed as in MurmurHash3 with different constants for each half. */
  update(bytes: Uint8Array, start: number, end: number, seed: number): void {
    let low = seed ^ (end - start);
    let high = ~seed;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word =
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
      low = mixLow(low, word);
      high = mixHigh(high, word);
    }
    let rest = 0;
    for (; at < end; at++) rest = (rest << 8) | (bytes[at] ?? 0);
    this.low = finish(mixLow(low, rest));
    this.high = finish(mixHigh(high, rest));
  }
}

function mixLow(hash: number, word: number): number {
  const first = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((first << 15) | (first >>> 17), 0x1b873593);
  return Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64;
}

function mixHigh(hash: number, word: number): number {
  const first = Math.imul(word, 0x239b961b);
  const mixed = hash ^ Math.imul((first << 16) | (first >>> 16), 0xab0e9789);
  return Math.imul((mixed << 17) | (mixed >>> 15), 5) + 0x561ccd1b;
}

function finish(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}

/** Whole numbers from 0 up to a limit. */
export type Random = (limit: number) => number;

/** Numbers that are the same for the same seed (Mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** Bytes that mean something to one format or another. */
const TELLING = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x09, 0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x3b, 0x7b, 0x25, 0x23];

/** Damages a copy of some bytes in one to four places: bits, bytes, runs, lengths; cut, doubled, blanked. */
export function mutate(seed: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(seed);
  for (let count = 1 + random(4); count > 0 && bytes.length > 8; count--) {
    const at = random(bytes.length);
    const length = Math.min(bytes.length - at, 1 + random(1 << random(9)));
    const kind = random(8);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind === 1) bytes[at] = TELLING[random(TELLING.length)] ?? 0;
    else if (kind === 2) for (let index = 0; index < length; index++) bytes[at + index] = random(256);
    else if (kind === 3) bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
    else if (kind === 4) bytes = joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    else if (kind === 5) bytes = bytes.slice(0, at);
    else if (kind === 6) bytes.fill(0, at, at + length);
    else {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      view.setUint32(Math.min(at, bytes.length - 4), random(2 ** 32), random(2) === 0);
    }
  }
  return bytes;
}

/** Byte strings one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

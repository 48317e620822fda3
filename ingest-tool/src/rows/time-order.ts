const DIGIT_BITS = 13;
const DIGITS = 1 << DIGIT_BITS;

/** Times further apart than this, 2⁵² microseconds or 142 years, are left to others. */
const MAX_SPAN = 2 ** 52;

/**
 * Row numbers in the order of their times, rows of one time in the order they came in: a radix sort, which takes a few passes over
 * the rows where comparing takes dozens.
 * @param time UTC microseconds
 * @returns undefined where a time is NaN or no whole number, or they span more than a century
 */
export function orderByTime(time: Float64Array, count: number): Uint32Array | undefined {
  let [least, greatest] = [Infinity, -Infinity];
  for (let row = 0; row < count; row++) {
    const own = time[row] ?? Number.NaN;
    if (!Number.isInteger(own)) return undefined;
    if (own < least) least = own;
    if (own > greatest) greatest = own;
  }
  if (greatest - least >= MAX_SPAN) return undefined;
  let from = new Uint32Array(count);
  let to = new Uint32Array(count);
  for (let row = 0; row < count; row++) from[row] = row;
  for (let divisor = 1; divisor <= greatest - least; divisor *= DIGITS) {
    const next = new Uint32Array(DIGITS + 1);
    for (let row = 0; row < count; row++) {
      const digit = Math.floor(((time[row] ?? 0) - least) / divisor) % DIGITS;
      next[digit + 1] = (next[digit + 1] ?? 0) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit++) next[digit + 1] = (next[digit + 1] ?? 0) + (next[digit] ?? 0);
    for (let place = 0; place < count; place++) {
      const row = from[place] ?? 0;
      const digit = Math.floor(((time[row] ?? 0) - least) / divisor) % DIGITS;
      const target = next[digit] ?? 0;
      to[target] = row;
      next[digit] = target + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

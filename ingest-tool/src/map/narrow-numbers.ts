const INT32_LIMIT = 2 ** 31;

/** Rounds numbers in place; returns how many were too large for 32 bits and became null. */
export function roundIntegers(values: Float64Array, count: number): number {
  let bad = 0;
  for (let index = 0; index < count; index++) {
    const value = Math.round(values[index] ?? Number.NaN);
    const fits = Number.isNaN(value) || (value >= -INT32_LIMIT && value < INT32_LIMIT);
    if (!fits) bad++;
    values[index] = fits ? value : Number.NaN;
  }
  return bad;
}

/** Writes 32-bit floats; returns how many were too large for one and became null. */
export function writeFloats(values: Float64Array, count: number, into: Float32Array, at: number): number {
  let bad = 0;
  for (let index = 0; index < count; index++) {
    const value = Math.fround(values[index] ?? Number.NaN);
    const fits = value !== Number.POSITIVE_INFINITY && value !== Number.NEGATIVE_INFINITY;
    if (!fits) bad++;
    into[at + index] = fits ? value : Number.NaN;
  }
  return bad;
}

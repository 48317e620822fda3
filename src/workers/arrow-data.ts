import { type Data, Float32, type Float64, makeData, Utf8 } from 'apache-arrow';

/** A column of numbers or texts. Arrow's own builders make code from text where there may be nulls, which the site's policy forbids. */
export function columnData(
  values: readonly (string | number | null | undefined)[],
  type: Utf8 | Float32 | Float64,
): Data {
  const isValid = values.map((value) => value !== null && value !== undefined);
  const nullCount = isValid.reduce((count, valid) => count + (valid ? 0 : 1), 0);
  const length = values.length;
  const nulls = nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bitmapOf(isValid) };
  if (type instanceof Utf8) return makeData({ type, length, ...nulls, ...textBytes(values, isValid) });
  const numbers = values.map(Number);
  if (type instanceof Float32) return makeData({ type, length, ...nulls, data: Float32Array.from(numbers) });
  return makeData({ type, length, ...nulls, data: Float64Array.from(numbers) });
}

/** Texts one behind the other, and where each begins. */
export function textBytes(values: ArrayLike<unknown>, isValid: readonly boolean[]) {
  const encoder = new TextEncoder();
  const texts = isValid.map((valid, row) => encoder.encode(valid ? String(values[row] ?? '') : ''));
  const valueOffsets = new Int32Array(texts.length + 1);
  texts.forEach((text, row) => (valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + text.byteLength));
  const data = new Uint8Array(valueOffsets.at(-1) ?? 0);
  texts.forEach((text, row) => data.set(text, valueOffsets[row]));
  return { valueOffsets, data };
}

/** Arrow's least significant bit comes first. */
export function bitmapOf(isValid: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array((isValid.length + 7) >> 3);
  isValid.forEach((valid, row) => {
    if (valid) bytes[row >> 3] = (bytes[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return bytes;
}

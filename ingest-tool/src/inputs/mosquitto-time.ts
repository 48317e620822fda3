const DOT = 0x2e;
const ZERO = 0x30;

/** UTC microseconds of `%U`: seconds, a dot and up to nine digits; NaN where it is not that. */
export function unixTime(bytes: Uint8Array, start: number, end: number): number {
  let seconds = 0;
  let position = start;
  for (; position < end && bytes[position] !== DOT; position++) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    seconds = seconds * 10 + digit;
  }
  let micros = 0;
  let scale = 100_000;
  for (position++; position < end; position++) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    if (scale >= 1) micros += digit * scale;
    scale /= 10;
  }
  return position - start < 2 || seconds > 9e9 ? Number.NaN : seconds * 1_000_000 + micros;
}

/**
 * UTC microseconds of a `tst` or `%I`; NaN where it is none. mosquitto 2.0 writes a `tst` of `…Z+0000`, both a zone letter and an
 * offset; 2.1 and `%I` write `…+0000`.
 */
export function isoTime(text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?(?:([+-])(\d\d):?(\d\d))?$/.exec(text);
  if (match === null) return Number.NaN;
  const [, seconds = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = match;
  const micros = Number(fraction.padEnd(6, '0').slice(0, 6));
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000_000 * (sign === '-' ? -1 : 1);
  return Date.parse(`${seconds}Z`) * 1000 + micros - offset;
}

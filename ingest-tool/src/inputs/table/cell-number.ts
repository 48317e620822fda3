const ZERO = 0x30;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** Powers of ten that a double holds exactly, so that a quotient of two exact numbers is the nearest double. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const EXACT_DIGITS = 15;

/**
 * The decimal number that stands in `bytes[start, end)`, the nearest double; NaN where it is none. There are no blanks, digit groups,
 * hexadecimal digits or words for infinity in it.
 * @param decimal the byte of the decimal separator
 */
export function parseCellNumber(bytes: Uint8Array, start: number, end: number, decimal: number): number {
  let position = start;
  const sign = bytes[position];
  if (sign === MINUS || sign === PLUS) position++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let afterDecimal = false;
  for (; position < end; position++) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      if (mantissa > 0) digits++;
      if (afterDecimal) decimals++;
    } else if (bytes[position] === decimal && !afterDecimal) afterDecimal = true;
    else break;
  }
  const numberStart = sign === MINUS || sign === PLUS ? start + 1 : start;
  const figures = position - numberStart - (afterDecimal ? 1 : 0);
  if (figures === 0) return Number.NaN;
  if (position === end && digits <= EXACT_DIGITS && decimals < EXACT_POWERS.length) {
    const value = mantissa / (EXACT_POWERS[decimals] ?? 1);
    return sign === MINUS ? -value : value;
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const plain = decimal === 0x2c ? text.replace(',', '.') : text;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(plain) ? Number(plain) : Number.NaN;
}

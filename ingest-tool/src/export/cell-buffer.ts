const COMMA = 0x2c;
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** Bytes that any number or time fits into. */
const MOST_CELL_BYTES = 32;

const MOST_DIGITS = 15;
const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, digits) => 10 ** digits);
const MICROS_PER_DAY = 86_400_000_000;

/**
 * CSV as RFC 4180 has it, written cell by cell straight into bytes: no text is made for a number. A number is the shortest
 * decimal that reads back as the same number.
 */
export class CellBuffer {
  #bytes: Buffer;
  #at = 0;
  #day = Number.NaN;
  readonly #date = Buffer.alloc(11);

  constructor(size = 1 << 20) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.#at;
  }

  /** What was written so far; the buffer starts anew in other memory. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafe(this.#bytes.length);
    this.#at = 0;
    return taken;
  }

  comma(): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = COMMA;
  }

  endLine(): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = NEWLINE;
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** A whole number of at most 2⁵³. */
  integer(value: number): void {
    this.#reserve(MOST_CELL_BYTES);
    this.#at = this.#digits(value, 0);
  }

  /**
   * A finite number.
   * @param hint decimals that the column's last number had; a good guess saves trials
   * @returns the decimals of this one
   */
  double(value: number, hint: number): number {
    if (Number.isInteger(value)) return this.#whole(value);
    for (let trial = 0; trial <= MOST_DIGITS; trial++) {
      const decimals = trial === 0 ? Math.max(1, hint) : trial;
      const power = POWERS[decimals] ?? 1;
      const scaled = Math.round(value * power);
      if (scaled > Number.MAX_SAFE_INTEGER || scaled < -Number.MAX_SAFE_INTEGER) break;
      // Both are whole and exact, so the quotient is the double that the decimal stands for.
      if (scaled / power !== value) continue;
      return this.#decimal(scaled, decimals);
    }
    this.raw(Buffer.from(String(value)));
    return hint;
  }

  /** The same for a number of 32 bits: fewer digits tell it from its neighbours. */
  float(value: number, hint: number): number {
    if (Number.isInteger(value)) return this.#whole(value);
    for (let decimals = Math.max(1, hint); decimals <= MOST_DIGITS; decimals++) {
      if (!isFloat(value, decimals)) continue;
      let fewest = decimals;
      while (fewest > 1 && isFloat(value, fewest - 1)) fewest--;
      return this.#decimal(Math.round(value * (POWERS[fewest] ?? 1)), fewest);
    }
    this.raw(Buffer.from(shortestFloat(value)));
    return hint;
  }

  /** A time as `2011-04-28T20:00:01Z`, with three or six decimals of a second where there are any. */
  time(micros: number): void {
    const day = Math.floor(micros / MICROS_PER_DAY);
    if (day !== this.#day) {
      this.#date.write(new Date(day * 86_400_000).toISOString().slice(0, 11).padEnd(11), 'latin1');
      this.#day = day;
    }
    this.raw(this.#date);
    this.#reserve(MOST_CELL_BYTES);
    const rest = micros - day * MICROS_PER_DAY;
    const seconds = Math.floor(rest / 1_000_000);
    const fraction = rest - seconds * 1_000_000;
    this.#fixed(Math.floor(seconds / 3600), 2);
    this.#bytes[this.#at++] = 0x3a;
    this.#fixed(Math.floor(seconds / 60) % 60, 2);
    this.#bytes[this.#at++] = 0x3a;
    this.#fixed(seconds % 60, 2);
    if (fraction > 0) {
      this.#bytes[this.#at++] = DOT;
      if (fraction % 1000 === 0) this.#fixed(fraction / 1000, 3);
      else this.#fixed(fraction, 6);
    }
    this.#bytes[this.#at++] = 0x5a;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#at + count, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  #whole(value: number): number {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.integer(value);
    else this.raw(Buffer.from(Object.is(value, -0) ? '-0' : String(value)));
    return 0;
  }

  #decimal(scaled: number, decimals: number): number {
    let digits = scaled;
    let left = decimals;
    while (left > 1 && digits % 10 === 0) {
      digits /= 10;
      left--;
    }
    this.#reserve(MOST_CELL_BYTES);
    this.#at = this.#digits(digits, left);
    return left;
  }

  /** Writes a whole number with a dot before its last decimals; returns where it ends. */
  #digits(value: number, decimals: number): number {
    const bytes = this.#bytes;
    let start = this.#at;
    let rest = value;
    if (rest < 0) {
      bytes[start++] = MINUS;
      rest = -rest;
    }
    const length = Math.max(countDigits(rest), decimals + 1) + (decimals > 0 ? 1 : 0);
    const end = start + length;
    let at = end - 1;
    for (let left = decimals; left > 0; left--) {
      const next = Math.floor(rest / 10);
      bytes[at--] = ZERO + (rest - next * 10);
      rest = next;
    }
    if (decimals > 0) bytes[at--] = DOT;
    for (; at >= start; at--) {
      const next = Math.floor(rest / 10);
      bytes[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    return end;
  }

  #fixed(value: number, width: number): void {
    for (let at = this.#at + width - 1, rest = value; at >= this.#at; at--) {
      const next = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - next * 10);
      rest = next;
    }
    this.#at += width;
  }
}

/** A text as a CSV cell: in quotes where it holds a comma, a quote or a line break, or is empty, as nothing means null. */
export function quotedCell(text: Uint8Array): Uint8Array {
  const isPlain =
    text.length > 0 && text.every((byte) => byte !== COMMA && byte !== QUOTE && byte !== NEWLINE && byte !== 0x0d);
  return isPlain ? text : Buffer.from(`"${Buffer.from(text).toString('utf8').replaceAll('"', '""')}"`);
}

/** The double that the shortest decimal of a float stands for: 0.1 for the float that is 0.10000000149…; NaN for NaN. */
export function shortDecimal(value: number): number {
  if (Number.isInteger(value)) return value;
  for (let decimals = 1; decimals < 9; decimals++) {
    if (isFloat(value, decimals)) return Math.round(value * (POWERS[decimals] ?? 1)) / (POWERS[decimals] ?? 1);
  }
  return Number(shortestFloat(value));
}

function isFloat(value: number, decimals: number): boolean {
  const power = POWERS[decimals] ?? 1;
  const scaled = Math.round(value * power);
  return Math.abs(scaled) <= Number.MAX_SAFE_INTEGER && Math.fround(scaled / power) === value;
}

/** Nine significant digits tell all floats apart. */
function shortestFloat(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

function countDigits(value: number): number {
  let count = 1;
  for (let power = 10; power <= value; power *= 10) count++;
  return count;
}

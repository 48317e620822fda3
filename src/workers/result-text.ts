import { DataType } from 'apache-arrow';
import { SECOND_DIGITS } from './arrow-type';

const SIGN_BIT = 1n << 127n;
const TWO_TO_128 = 1n << 128n;
const NANOS_PER_SECOND = 1_000_000_000n;

/** The whole number behind an Arrow Decimal128: four little-endian words of a two's complement. */
export function unscaledDecimal(words: ArrayLike<number>): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt((words[word] ?? 0) >>> 0);
  return value & SIGN_BIT ? value - TWO_TO_128 : value;
}

/** A decimal in digits, such as `-12.30` for -1230 with two places. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const places = scale > 0 ? `.${digits.slice(-scale)}` : '';
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${places}`;
}

/**
 * A time of day as `HH:MM:SS`, with the fraction of a second where there is one.
 * @param ticks since midnight, of 10^-digits seconds
 */
export function timeText(ticks: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const seconds = ticks / perSecond;
  const pair = (value: bigint) => String(value).padStart(2, '0');
  const fraction = String(ticks % perSecond)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  const whole = `${pair(seconds / 3600n)}:${pair((seconds / 60n) % 60n)}:${pair(seconds % 60n)}`;
  return fraction === '' || digits === 0 ? whole : `${whole}.${fraction}`;
}

/** An interval the way DuckDB prints it, such as `1 year 2 months 3 days 04:05:06`. */
export function intervalText(months: number, days: number, nanos: bigint): string {
  const unit = (count: number, name: string) =>
    count === 0 ? [] : [`${count} ${name}${Math.abs(count) === 1 ? '' : 's'}`];
  const size = nanos < 0n ? -nanos : nanos;
  const parts = [...unit(Math.trunc(months / 12), 'year'), ...unit(months % 12, 'month'), ...unit(days, 'day')];
  if (nanos === 0n && parts.length > 0) return parts.join(' ');
  const clock = timeText((size * 1_000_000n) / NANOS_PER_SECOND, 6);
  return [...parts, `${nanos < 0n ? '-' : ''}${clock}`].join(' ');
}

/** Bytes in hexadecimal, as `\x0a1b`, the way PostgreSQL writes them. */
export function blobText(value: unknown): string {
  if (!(value instanceof Uint8Array)) return '';
  return `\\x${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** JSON of a plain value; what JSON lacks (NaN, infinities) becomes text. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  );
}

/** A value inside a list, struct or map as JSON knows it: times as ISO 8601, whole numbers beyond 2^53 as text. */
export function plainValue(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (DataType.isDictionary(type)) return plainValue(type.dictionary, value);
  if (DataType.isDecimal(type)) return plainDecimal(unscaledDecimal(value as Uint32Array), type.scale);
  if (DataType.isTimestamp(type)) return isoText(Number(value));
  if (DataType.isDate(type)) return isoText(Number(value)).replace(/T.*/, '');
  if (DataType.isTime(type)) return timeText(BigInt(value as bigint | number), SECOND_DIGITS[type.unit]);
  if (value instanceof Uint8Array) return blobText(value);
  if (typeof value === 'bigint') return plainDecimal(value, 0);
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const [child] = type.children;
    return child ? Array.from(value as Iterable<unknown>, (inner) => plainValue(child.type, inner)) : [];
  }
  if (DataType.isStruct(type)) {
    const row = value as Record<string, unknown>;
    return Object.fromEntries(type.children.map(({ name, type: child }) => [name, plainValue(child, row[name])]));
  }
  if (DataType.isMap(type)) return plainMap(type.children[0]?.type, value as Iterable<[unknown, unknown]>);
  return value;
}

function plainMap(entries: DataType | undefined, rows: Iterable<[unknown, unknown]>): unknown {
  const [key, inner] = entries?.children ?? [];
  if (!key || !inner) return {};
  return Object.fromEntries(
    Array.from(rows, ([name, value]) => [String(plainValue(key.type, name)), plainValue(inner.type, value)]),
  );
}

function plainDecimal(unscaled: bigint, scale: number): number | string {
  const text = decimalText(unscaled, scale);
  return scale > 0 || Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

function isoText(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? (timeMs > 0 ? 'infinity' : '-infinity') : time.toISOString();
}

import type { ResultColumn } from '../workers/protocol';
import { formatInZone } from './zone-text';

/** How a cell of an answer is to be shown. */
export interface CellText {
  text: string;
  kind: 'value' | 'null' | 'not-a-number';
}

const NULL: CellText = { text: '∅', kind: 'null' };

/**
 * The text of a cell for people: `∅` for NULL.
 * @param decimals of {@link columnDecimals}, so that the decimal points of a column stand below each other
 * @param zone in which instants are shown
 */
export function cellText(column: ResultColumn, row: number, decimals?: number, zone = 'UTC'): CellText {
  if (column.valid && column.valid[row] === 0) return NULL;
  switch (column.kind) {
    case 'number': {
      const value = column.values[row] ?? Number.NaN;
      return Number.isNaN(value)
        ? { text: 'NaN', kind: 'not-a-number' }
        : { text: formatInColumn(value, column.sqlType, decimals), kind: 'value' };
    }
    case 'timestamp':
    case 'date':
      return { text: timeText(column.kind, column.values[row] ?? Number.NaN, zone), kind: 'value' };
    case 'boolean':
      return { text: column.values[row] === 1 ? 'true' : 'false', kind: 'value' };
    case 'bigint':
    case 'text':
      return { text: String(column.values[row] ?? ''), kind: 'value' };
  }
}

/** Significant digits that a table shows of the largest value of a column; copying gives them all. */
const TABLE_DIGITS = 6;

/**
 * How many decimals the numbers of a column are shown with: as many as they have, up to six significant digits of the
 * largest. Undefined where one number of decimals does not suit all of them.
 */
export function columnDecimals(column: ResultColumn): number | undefined {
  if (column.kind !== 'number') return undefined;
  let [largest, smallest, needed] = [0, Number.POSITIVE_INFINITY, 0];
  const step = Math.max(1, Math.floor(column.values.length / 500));
  for (let row = 0; row < column.values.length; row += step) {
    const value = Math.abs(column.values[row] ?? 0);
    if (column.valid?.[row] === 0 || !Number.isFinite(value)) continue;
    largest = Math.max(largest, value);
    if (value > 0) smallest = Math.min(smallest, value);
    const [, fraction = ''] = formatNumber(value, column.sqlType).split('.');
    needed = Math.max(needed, fraction.includes('e') ? TABLE_DIGITS : fraction.length);
  }
  if (largest >= 1e9 || largest < 1e-2 || smallest < largest * 1e-6) return undefined;
  const whole = Math.max(1, Math.floor(Math.log10(largest)) + 1);
  return Math.min(needed, Math.max(0, TABLE_DIGITS - whole));
}

function formatInColumn(value: number, sqlType: string, decimals: number | undefined): string {
  if (decimals === undefined || !Number.isFinite(value)) return formatNumber(value, sqlType);
  return minus(value.toFixed(decimals));
}

/** The text of a cell for machines, as it is copied: all digits, ISO 8601 times, nothing for NULL. */
export function cellPlainText(column: ResultColumn, row: number): string {
  if (column.valid && column.valid[row] === 0) return '';
  const value = column.values[row];
  switch (column.kind) {
    case 'timestamp':
    case 'date':
      return timeText(column.kind, Number(value)).replace(' ', 'T') + (column.kind === 'timestamp' ? 'Z' : '');
    case 'boolean':
      return value === 1 ? 'true' : 'false';
    default:
      return String(value ?? '').replace(/[\t\r\n]+/g, ' ');
  }
}

/** The whole value of a cell, over as many lines as it takes; lists and structs indented. */
export function wholeText(column: ResultColumn, row: number): string {
  const value = column.values[row];
  if (column.kind !== 'text' || !/^[[{]/.test(String(value))) {
    return column.kind === 'text' ? String(value ?? '') : cellPlainText(column, row);
  }
  try {
    return JSON.stringify(JSON.parse(String(value)), null, 2);
  } catch {
    return String(value);
  }
}

/** Numbers and times stand right-aligned. */
export function isRightAligned(column: ResultColumn): boolean {
  return column.kind === 'number' || column.kind === 'bigint';
}

/** A number to the digits its type carries: seven for single precision, ten for double; plain down to 1e-4. */
export function formatNumber(value: number, sqlType = 'DOUBLE'): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return minus(String(value));
  const digits = sqlType === 'FLOAT' ? 7 : 10;
  const size = Math.abs(value);
  return minus(
    size >= 1e-4 && size < 1e15 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 4),
  );
}

/** A value to four or so significant digits, for summaries. */
export function formatRounded(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return minus(value.toExponential(2));
  return minus(value.toFixed(size >= 1000 ? 1 : size >= 100 ? 2 : 3));
}

/** A count with a thin gap between thousands, as in 248 863. */
export function formatCount(count: number): string {
  return groupedThousands(String(count));
}

/** A plain decimal number with thin gaps between its thousands, and a minus instead of a hyphen. */
export function groupedThousands(text: string): string {
  const [whole = '', ...fraction] = minus(text).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, '\u202f'), ...fraction].join('.');
}

/** A count with its noun, such as `1 file` and `12 files`. @param noun that takes an s for more than one */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Degrees north or south, such as 26.52° N. */
export function formatLatitude(latitude: number): string {
  return `${Math.abs(latitude).toFixed(2)}° ${latitude < 0 ? 'S' : 'N'}`;
}

/** Degrees east or west, such as 76.74° W. */
export function formatLongitude(longitude: number): string {
  return `${Math.abs(longitude).toFixed(2)}° ${longitude < 0 ? 'W' : 'E'}`;
}

/** UDUNITS strings as they are printed: `degC` is °C, `m s-1` is m s⁻¹, and `1` is nothing. */
export function formatUnit(unit: string | undefined): string {
  if (unit === undefined || unit === '1' || unit === '') return '';
  return unit
    .replace(/\bdegree[s]?_?[Cc](elsius)?\b|\bdeg_?C\b|\bdegC\b|\b[Cc]elsius\b/g, '°C')
    .replace(/\bdegrees?(_(north|east|true))?\b/g, '°')
    .replace(/([A-Za-z])(-?\d+)/g, (_, letter: string, power: string) => letter + superscript(power));
}

function superscript(power: string): string {
  return Array.from(power, (digit) => (digit === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? digit))).join('');
}

function timeText(kind: 'timestamp' | 'date', timeMs: number, zone = 'UTC'): string {
  const time = new Date(timeMs);
  if (Number.isNaN(time.getTime())) return timeMs > 0 ? 'infinity' : '-infinity';
  if (kind === 'date') return time.toISOString().slice(0, 10);
  const text = formatInZone(timeMs, zone);
  return text.length === 10 ? `${text} 00:00` : text;
}

function minus(text: string): string {
  return text.replace(/^-/, '−');
}

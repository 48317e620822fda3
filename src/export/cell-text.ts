import type { ResultColumn } from '../workers/protocol';

/** Reads a cell as a machine does; undefined for NULL. */
export type CellReader = (row: number) => string | undefined;

/** The shortest decimal that reads back as the same single-precision number. */
export function shortestFloat(value: number): string {
  for (let digits = 6; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}

/** A time as ISO 8601 in UTC, to the microsecond where it has them; undefined for what no calendar holds. */
export function isoTime(timeMs: number): string | undefined {
  const whole = Math.floor(timeMs);
  const time = new Date(whole);
  if (Number.isNaN(time.getTime())) return undefined;
  const micros = Math.round((timeMs - whole) * 1000);
  const text = time.toISOString().slice(0, -1);
  if (micros > 0) return `${text}${String(micros).padStart(3, '0')}Z`;
  return text.endsWith('.000') ? `${text.slice(0, -4)}Z` : `${text}Z`;
}

/** How the values of a column are written as text: no digit lost and none made up. */
export function cellReader(column: ResultColumn): CellReader {
  const read = presentReader(column);
  const { valid } = column;
  return valid ? (row) => (valid[row] === 0 ? undefined : read(row)) : read;
}

function presentReader(column: ResultColumn): CellReader {
  switch (column.kind) {
    case 'number': {
      const { values } = column;
      if (column.sqlType !== 'FLOAT') return (row) => String(values[row] ?? NaN);
      return (row) => shortestFloat(values[row] ?? NaN);
    }
    case 'timestamp':
      return (row) => isoTime(column.values[row] ?? NaN);
    case 'date':
      return (row) => isoTime(column.values[row] ?? NaN)?.slice(0, 10);
    case 'boolean':
      return (row) => (column.values[row] === 1 ? 'true' : 'false');
    default:
      return (row) => String(column.values[row] ?? '');
  }
}

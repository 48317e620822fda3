import type { FilterToken } from './filter-token';
import type { Comparison, Literal } from './predicate';

/** A constant read from filter text. `loose`: it stands for values so near that a double cannot tell them apart. */
export interface ReadLiteral {
  literal: Literal;
  loose: boolean;
}

const INTEGERS = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT))$/;
const WIDER_NUMBERS = /^(?:U?(?:SMALLINT|INTEGER|BIGINT|HUGEINT)|DOUBLE|FLOAT|DECIMAL\(\d+,\d+\))$/;
const TIMES = /^(?:DATE|TIMESTAMP(?:_S|_MS|_NS|TZ| WITH TIME ZONE)?)$/;

/** Integers up to here are exact in a FLOAT. */
const FLOAT_INTEGERS = 2 ** 24;

/**
 * What a constant means in a comparison with a column of type `columnType`, or with the column cast to `castType`;
 * undefined where the comparison cannot be said in values of the column.
 */
export function literalFor(tokens: FilterToken[], columnType: string, castType?: string): ReadLiteral | undefined {
  if (castType !== undefined && castType !== columnType) return literalForCast(tokens, columnType, castType);
  const exactly = (literal: Literal | undefined) => (literal === undefined ? undefined : { literal, loose: false });
  const [first] = tokens;
  if (INTEGERS.test(columnType)) return exactly(integerOf(tokens));
  if (columnType === 'DOUBLE') return exactly(numberOf(tokens, 'DOUBLE'));
  if (columnType === 'FLOAT') {
    const number = numberOf(tokens, 'FLOAT');
    // DuckDB prints the shortest text that gives the same FLOAT; as a double that text is another number.
    return exactly(number && { type: 'number', value: Math.fround(number.value) });
  }
  if (columnType.startsWith('DECIMAL')) {
    const number = numberOf(tokens);
    return number && { literal: number, loose: true };
  }
  if (tokens.length !== 1 || first === undefined) return undefined;
  if (columnType === 'BOOLEAN') return exactly(booleanOf(first));
  if (first.kind !== 'string') return undefined;
  if (columnType === 'VARCHAR')
    return first.type === undefined ? exactly({ type: 'text', value: first.text }) : undefined;
  if (columnType === 'UUID') return first.type === 'UUID' ? exactly({ type: 'text', value: first.text }) : undefined;
  return TIMES.test(columnType) && first.type !== undefined && TIMES.test(first.type)
    ? exactly(timestampOf(first.text))
    : undefined;
}

/** The comparison that is surely true wherever the printed one is; undefined where none but "anything" is. */
export function loosened(comparison: Comparison): Comparison | undefined {
  switch (comparison) {
    case '<':
      return '<=';
    case '>':
      return '>=';
    case '!=':
      return undefined;
    default:
      return comparison;
  }
}

/** A cast keeps order and equality where it widens; only then may the column stand for its cast. */
function literalForCast(tokens: FilterToken[], columnType: string, castType: string): ReadLiteral | undefined {
  if (INTEGERS.test(columnType) && WIDER_NUMBERS.test(castType)) {
    const number = numberOf(tokens, castType);
    const limit = castType === 'FLOAT' ? FLOAT_INTEGERS : Number.MAX_SAFE_INTEGER;
    return number !== undefined && Math.abs(number.value) < limit ? { literal: number, loose: false } : undefined;
  }
  if (columnType === 'FLOAT' && castType === 'DOUBLE') {
    const number = numberOf(tokens, castType);
    return number && { literal: number, loose: false };
  }
  if (columnType.startsWith('DECIMAL') && (castType.startsWith('DECIMAL') || castType === 'DOUBLE')) {
    const number = numberOf(tokens, castType);
    return number && { literal: number, loose: true };
  }
  // Without ICU, which the page has not, a TIMESTAMP is UTC and its cast to TIMESTAMPTZ changes nothing.
  const sameInstant =
    (columnType === 'TIMESTAMP' && castType === 'TIMESTAMP WITH TIME ZONE') ||
    (columnType === 'DATE' && castType === 'TIMESTAMP');
  const [first] = tokens;
  if (!sameInstant || tokens.length !== 1 || first?.kind !== 'string' || first.type !== castType) return undefined;
  const literal = timestampOf(first.text);
  return literal && { literal, loose: false };
}

function integerOf(tokens: FilterToken[]): Literal | undefined {
  const number = numberOf(tokens);
  return number !== undefined && Number.isSafeInteger(number.value) ? number : undefined;
}

/** More digits than these, and two decimals may be one double. */
const EXACT_DIGITS = 15;

function numberOf(tokens: FilterToken[], type?: string): { type: 'number'; value: number } | undefined {
  const [first, second] = tokens;
  const negative = first?.kind === 'symbol' && first.text === '-';
  const token = negative ? second : first;
  if (token === undefined || tokens.length !== (negative ? 2 : 1)) return undefined;
  if (token.kind === 'number') {
    const value = Number(token.text);
    const isFloating = type === 'DOUBLE' || type === 'FLOAT';
    const isLong = token.text.replace(/\D/g, '').length > EXACT_DIGITS;
    if (!isFloating && isLong && (token.text.includes('.') || !Number.isSafeInteger(value))) return undefined;
    return { type: 'number', value: negative ? -value : value };
  }
  const special: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
  const value = token.kind === 'string' && token.type === type && !negative ? special[token.text] : undefined;
  return value === undefined ? undefined : { type: 'number', value };
}

function booleanOf(token: FilterToken): Literal | undefined {
  if (token.kind !== 'word' || (token.text !== 'true' && token.text !== 'false')) return undefined;
  return { type: 'boolean', value: token.text === 'true' };
}

const TIMESTAMP = /^(\d{4,6})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-]\d\d)?(?::(\d\d))?)?$/;

/** UTC microseconds; undefined before Christ, with nanoseconds, or beyond what a double holds exactly. */
function timestampOf(text: string): Literal | undefined {
  if (text === 'infinity') return { type: 'timestamp', value: Infinity };
  if (text === '-infinity') return { type: 'timestamp', value: -Infinity };
  const found = TIMESTAMP.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(2000, (month ?? 1) - 1, day ?? 1, hour, minute, second));
  date.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day ?? 1);
  const zoneHours = Number(found[8] ?? 0);
  const zoneMinutes = Number(found[9] ?? 0) * (found[8]?.startsWith('-') === true ? -1 : 1);
  const fraction = Number((found[7] ?? '').padEnd(6, '0'));
  const value = (date.getTime() - (zoneHours * 60 + zoneMinutes) * 60_000) * 1000 + fraction;
  return Number.isSafeInteger(value) ? { type: 'timestamp', value } : undefined;
}

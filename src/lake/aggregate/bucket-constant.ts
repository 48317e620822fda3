import type { RollupGrain } from '@tidelake/lake-format';
import { sameName } from '../lake-schema';
import { isSymbol, isWord, type SqlToken } from './sql-token';

/** What is the same throughout a bucket of a rollup. */
export interface BucketScope {
  grain: RollupGrain;
  time: string;
  /** Other columns that have one value in a bucket. */
  constants: readonly string[];
}

const UNITS = ['day', 'week', 'month', 'quarter', 'year', 'decade', 'century'];
const FUNCTIONS = [
  ...['year', 'quarter', 'month', 'week', 'weekofyear', 'yearweek', 'day', 'dayofmonth', 'dayofyear', 'dayofweek'],
  ...['isodow', 'isoyear', 'weekday', 'dayname', 'monthname', 'last_day', 'decade', 'century'],
];
const PARTS = ['day', 'week', 'month', 'quarter', 'year', 'doy', 'dow', 'isodow', 'isoyear'];
const WIDTH = /^(\d+) ?(hour|day|week|month|quarter|year)s?$/;

/**
 * Whether an expression has one value for all rows of a bucket, and the same one for the bucket's start: time may stand in
 * it only as what is cut to the grain or coarser.
 * @param tokens resolved, of an expression that is a function of a row
 */
export function isConstantInBucket(tokens: readonly SqlToken[], scope: BucketScope): boolean {
  return tokens.every((token, index) => {
    if (token.kind !== 'column') return true;
    const name = nameOfColumn(token);
    return sameName(name, scope.time)
      ? isCut(tokens, index, scope.grain)
      : scope.constants.some((constant) => sameName(constant, name));
  });
}

/** The lake's name of a column. */
export function nameOfColumn({ text }: SqlToken): string {
  return text.slice(1, -1).replaceAll('""', '"');
}

/** Whether the time at a place is cut to the grain or coarser where it stands. */
function isCut(tokens: readonly SqlToken[], at: number, grain: RollupGrain): boolean {
  const [before, open, opener] = [tokens[at - 1], tokens[at - 2], tokens[at - 3]];
  const [after, type, end] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
  const withHours = (names: readonly string[]) => (grain === 'hour' ? ['hour', ...names] : names);
  if (isSymbol(after, '::') && isWord(type, 'date')) return true;
  if (isSymbol(before, '(') && isWord(after, 'as') && isWord(type, 'date') && isSymbol(end, ')')) {
    return isWord(open, 'cast', 'try_cast');
  }
  if (!isSymbol(after, ')')) return false;
  if (isSymbol(before, '(')) return isWord(open, ...withHours(FUNCTIONS));
  if (isWord(before, 'from')) {
    return isWord(open, ...withHours(PARTS)) && isSymbol(opener, '(') && isWord(tokens[at - 4], 'extract');
  }
  if (!isSymbol(before, ',')) return false;
  if (open?.kind === 'text' && isSymbol(opener, '(')) {
    const unit = open.text.slice(1, -1).toLowerCase();
    if (isWord(tokens[at - 4], 'date_trunc')) return withHours(UNITS).includes(unit);
    return isWord(tokens[at - 4], 'date_part') && withHours(PARTS).includes(unit);
  }
  return isWideBucket(tokens, at, grain);
}

/** Whether the time is the second and last argument of `time_bucket(INTERVAL n unit, …)`, whose buckets begin with one of the grain's. */
function isWideBucket(tokens: readonly SqlToken[], at: number, grain: RollupGrain): boolean {
  const start = [at - 5, at - 6].find((index) => isWord(tokens[index], 'time_bucket'));
  if (start === undefined || !isSymbol(tokens[start + 1], '(') || !isWord(tokens[start + 2], 'interval')) return false;
  const written = tokens.slice(start + 3, at - 1).map(({ kind, text }) => (kind === 'text' ? text.slice(1, -1) : text));
  const [, count, unit] = WIDTH.exec(written.join(' ').toLowerCase()) ?? [];
  return Number(count) > 0 && (unit !== 'hour' || grain === 'hour');
}

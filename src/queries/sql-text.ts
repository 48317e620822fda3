import { quoteIdentifier, quoteLiteral } from '../lake/sql-identifier';

/** A name as SQL takes it, in quotes only where it needs them: these statements are there to be read. */
export function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : quoteIdentifier(name);
}

/** Plain names that DuckDB would read as a keyword. */
const RESERVED = new Set(
  'all and any array as asc both case cast check collate column create default desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit not null offset on only or order placing primary qualify references returning select show some summarize symmetric table then to trailing true union unique using when where window with'.split(
    ' ',
  ),
);

/**
 * An instant as an SQL timestamp literal in UTC, such as `TIMESTAMP '2012-01-01 00:00:00'`.
 * @param timeMs UTC milliseconds since 1970-01-01
 */
export function timestampLiteral(timeMs: number): string {
  const text = new Date(timeMs).toISOString();
  return `TIMESTAMP '${text.slice(0, 10)} ${text.slice(11, text.endsWith('.000Z') ? 19 : 23)}'`;
}

/** `column IN ('a', 'b')`; with no values, a condition that no row fulfils. */
export function inCondition(column: string, values: readonly string[]): string {
  if (values.length === 0) return 'false';
  const [first = ''] = values;
  if (values.length === 1) return `${sqlName(column)} = ${quoteLiteral(first)}`;
  return `${sqlName(column)} IN (${values.map(quoteLiteral).join(', ')})`;
}

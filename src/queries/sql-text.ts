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
  return amongLiterals(column, values.map(quoteLiteral));
}

/** Which columns hold ids that are whole numbers. */
interface NumberIds {
  numberIds?: readonly string[];
}

/** The condition that a column holds one of some ids; in a column of whole numbers other texts are nobody's id. */
export function idCondition(column: string, ids: readonly string[], roles: NumberIds): string {
  return amongLiterals(
    column,
    roles.numberIds?.includes(column) ? ids.filter((id) => WHOLE_NUMBER.test(id)) : ids.map(quoteLiteral),
  );
}

/** An id as SQL compares it with a column. */
export function idLiteral(column: string, id: string, { numberIds }: NumberIds): string {
  return numberIds?.includes(column) && WHOLE_NUMBER.test(id) ? id : quoteLiteral(id);
}

/** What fits into a BIGINT. */
const WHOLE_NUMBER = /^-?\d{1,18}$/;

function amongLiterals(column: string, literals: readonly string[]): string {
  if (literals.length === 0) return 'false';
  return literals.length === 1
    ? `${sqlName(column)} = ${literals.join('')}`
    : `${sqlName(column)} IN (${literals.join(', ')})`;
}

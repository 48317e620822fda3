import type { AggregateCall, DividedAggregate } from './aggregate-functions';
import { sqlOf, type SqlToken } from './sql-token';

/** Names that begin so are those of columns in tables of partial states. */
export const OWN_PREFIX = 'tidelake_';

/** A group of the answer: its value in the columns of partial states, and the expression of a row. */
export interface GroupKey {
  name: string;
  /** Resolved: the lake's columns are tokens of kind `column`. */
  tokens: SqlToken[];
}

/** An aggregate of the answer with what makes it of parts. */
export interface DecomposedAggregate extends DividedAggregate {
  call: AggregateCall;
}

/** One partial state for each group among the rows of a table. */
export function partialSql(
  table: string,
  keys: readonly GroupKey[],
  aggregates: readonly DecomposedAggregate[],
  where: readonly SqlToken[],
): string {
  const list = [
    ...keys.map(({ name, tokens }) => `${sqlOf(tokens)} AS ${name}`),
    ...aggregates.flatMap(({ states }) => states.map(({ name, partial }) => `${partial} AS ${name}`)),
  ];
  const condition = where.length === 0 ? '' : ` WHERE ${sqlOf(where)}`;
  return `SELECT ${list.join(', ')} FROM ${table}${condition}${groupBy(keys)}`;
}

function groupBy(keys: readonly GroupKey[]): string {
  return keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`;
}

/** Partial states merged to one for each group. */
export function combineSql(
  keys: readonly GroupKey[],
  aggregates: readonly DecomposedAggregate[],
  partials: string,
): string {
  const names = keys.map(({ name }) => name);
  const list = aggregates.flatMap(({ states }) => states.map(({ name, combine }) => `${combine} AS ${name}`));
  const grandMeans = aggregates.flatMap((aggregate) => aggregate.grandMeans);
  // Parts in which nothing was counted have no mean.
  const means = grandMeans.map(
    ({ name, count, mean }) =>
      `fsum(${count} * ${mean}) OVER parts / sum(CASE WHEN ${mean} IS NOT NULL THEN ${count} END) OVER parts AS ${name}`,
  );
  const partition = names.length === 0 ? '' : `PARTITION BY ${names.join(', ')}`;
  const source =
    means.length === 0 ? partials : `(SELECT *, ${means.join(', ')} FROM ${partials} WINDOW parts AS (${partition}))`;
  return `SELECT ${[...names, ...list].join(', ')} FROM ${source}${groupBy(keys)}`;
}

/** The keys and values of the answer, of a table of partial states. */
export function valuesSql(
  keys: readonly GroupKey[],
  aggregates: readonly DecomposedAggregate[],
  partials: string,
): string {
  const values = aggregates.map(({ value }, index) => `${value} AS ${OWN_PREFIX}value_${index}`);
  const list = [...keys.map(({ name }) => name), ...values];
  return `SELECT ${list.length === 0 ? '1' : list.join(', ')} FROM (${combineSql(keys, aggregates, partials)})`;
}

import type { AggregateCall, DividedAggregate } from './aggregate-functions';
import { sqlOf, type SqlToken } from './sql-token';
import { SPREAD, type ValueSpread } from './value-spread';

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
  /** What the names of its states begin with. */
  name: string;
}

/** Of a row in a table of partial states: 0 for the states of a group, else the number of the spread that it is of. */
const SET = `${OWN_PREFIX}set`;

/** What lies together in the spreads of a statement, each spread once. */
interface NumberedSpread extends ValueSpread {
  /** From 1. */
  number: number;
  /** The columns that a table of partial states has for it. */
  columns: { by: string; item?: string };
  /** By the names of the aggregates. */
  values: Map<string, string>;
}

function spreadsOf(aggregates: readonly DecomposedAggregate[]): NumberedSpread[] {
  const spreads = new Map<string, NumberedSpread>();
  for (const { spread, name } of aggregates) {
    if (spread === undefined) continue;
    const id = JSON.stringify([spread.by, spread.item]);
    const number = spreads.get(id)?.number ?? spreads.size + 1;
    const [by, item] = [`${OWN_PREFIX}by_${number}`, `${OWN_PREFIX}item_${number}`];
    const known = spreads.get(id) ?? {
      ...{ ...spread, number, columns: { by, ...(spread.item !== undefined && { item }) }, values: new Map() },
    };
    known.values.set(name, spread.value);
    spreads.set(id, known);
  }
  return [...spreads.values()];
}

/** One partial state for each group among the rows of a table, and those of its spreads. */
export function partialSql(
  table: string,
  keys: readonly GroupKey[],
  aggregates: readonly DecomposedAggregate[],
  where: readonly SqlToken[],
): string {
  const spreads = spreadsOf(aggregates);
  const keyList = keys.map(({ name, tokens }) => `${sqlOf(tokens)} AS ${name}`);
  const states = aggregates.flatMap((one) => one.states.map(({ name, partial }) => `${partial} AS ${name}`));
  const condition = where.length === 0 ? '' : ` WHERE ${sqlOf(where)}`;
  const groups = `SELECT ${[...keyList, ...marksOfGroups(spreads, 'count(*)'), ...states].join(', ')} FROM ${table}${condition}${groupBy(keys.length)}`;
  const others = spreads.map(({ number, by, item, columns }) => {
    const list = [
      ...keyList,
      `${by} AS ${columns.by}`,
      `${number} AS ${SET}, count(*) AS ${SPREAD.count}`,
      ...(item === undefined ? [] : [`${item} AS ${columns.item}`]),
    ];
    const isThere = `${where.length === 0 ? '' : `(${sqlOf(where)}) AND `}(${by}) IS NOT NULL`;
    return `SELECT ${list.join(', ')} FROM ${table} WHERE ${isThere}${groupBy(keys.length + 1)}`;
  });
  return united(groups, others);
}

/** Sets of rows in one table, each with the columns that it has. */
function united(groups: string, spreads: readonly string[]): string {
  return [groups, ...spreads].join(' UNION ALL BY NAME ');
}

function marksOfGroups(spreads: readonly NumberedSpread[], count: string): string[] {
  return spreads.length === 0 ? [] : [`0 AS ${SET}, ${count} AS ${SPREAD.count}`];
}

function groupBy(count: number): string {
  return count === 0 ? '' : ` GROUP BY ${Array.from({ length: count }, (_, index) => index + 1).join(', ')}`;
}

/** Partial states merged to one for each group, and one for each value in its spreads. */
export function combineSql(
  keys: readonly GroupKey[],
  aggregates: readonly DecomposedAggregate[],
  partials: string,
): string {
  const spreads = spreadsOf(aggregates);
  const others = spreads.map((spread) => combinedSpread(spread, keys, partials));
  return united(combinedGroups(keys, aggregates, partials), others);
}

function combinedSpread(
  { number, columns: { by, item } }: NumberedSpread,
  keys: readonly GroupKey[],
  partials: string,
): string {
  const list = [
    ...keys.map(({ name }) => name),
    by,
    `${number} AS ${SET}, sum(${SPREAD.count})::BIGINT AS ${SPREAD.count}`,
    ...(item === undefined ? [] : [`min(${item}) AS ${item}`]),
  ];
  return `SELECT ${list.join(', ')} FROM ${partials} WHERE ${SET} = ${number}${groupBy(keys.length + 1)}`;
}

function combinedGroups(
  keys: readonly GroupKey[],
  aggregates: readonly DecomposedAggregate[],
  partials: string,
): string {
  const spreads = spreadsOf(aggregates);
  const names = keys.map(({ name }) => name);
  const list = aggregates.flatMap(({ states }) => states.map(({ name, combine }) => `${combine} AS ${name}`));
  const grandMeans = aggregates.flatMap((aggregate) => aggregate.grandMeans);
  // Parts in which nothing was counted have no mean.
  const means = grandMeans.map(
    ({ name, count, mean }) =>
      `fsum(${count} * ${mean}) OVER parts / sum(CASE WHEN ${mean} IS NOT NULL THEN ${count} END) OVER parts AS ${name}`,
  );
  const partition = names.length === 0 ? '' : `PARTITION BY ${names.join(', ')}`;
  const own = spreads.length === 0 ? partials : `(SELECT * FROM ${partials} WHERE ${SET} = 0)`;
  const source =
    means.length === 0 ? own : `(SELECT *, ${means.join(', ')} FROM ${own} WINDOW parts AS (${partition}))`;
  const marks = marksOfGroups(spreads, `sum(${SPREAD.count})::BIGINT`);
  return `SELECT ${[...names, ...marks, ...list].join(', ')} FROM ${source}${groupBy(keys.length)}`;
}

/** The keys and values of the answer, of a table of partial states. */
export function valuesSql(
  keys: readonly GroupKey[],
  aggregates: readonly DecomposedAggregate[],
  partials: string,
): string {
  const names = keys.map(({ name }) => name);
  const values = aggregates.map(({ value }, index) => `${value} AS ${OWN_PREFIX}value_${index}`);
  const list = [...names, ...values];
  const joins = spreadsOf(aggregates).map((spread) => {
    const same = names.map((name) => `${spreadAlias(spread)}.${name} IS NOT DISTINCT FROM tidelake_groups.${name}`);
    return ` LEFT JOIN (${spreadValues(spread, keys, partials)}) AS ${spreadAlias(spread)} ON ${same.join(' AND ') || 'true'}`;
  });
  if (joins.length === 0) {
    return `SELECT ${list.length === 0 ? '1' : list.join(', ')} FROM (${combinedGroups(keys, aggregates, partials)})`;
  }
  const qualified = [...names.map((name) => `tidelake_groups.${name} AS ${name}`), ...values];
  return `SELECT ${qualified.join(', ')} FROM (${combinedGroups(keys, aggregates, partials)}) AS tidelake_groups${joins.join('')}`;
}

function spreadAlias({ number }: NumberedSpread): string {
  return `${OWN_PREFIX}spread_${number}`;
}

/** What is made of a spread, of each group that has one. */
function spreadValues(spread: NumberedSpread, keys: readonly GroupKey[], partials: string): string {
  const names = keys.map(({ name }) => name);
  const { by, item = by } = spread.columns;
  const partition = names.length === 0 ? '' : `PARTITION BY ${names.join(', ')}`;
  const rows = [
    ...names,
    `${item} AS ${SPREAD.item}, ${SPREAD.count}`,
    `sum(${SPREAD.count}) OVER (${partition} ORDER BY ${by} ROWS UNBOUNDED PRECEDING) AS ${SPREAD.upTo}`,
    `sum(${SPREAD.count}) OVER (${partition}) AS ${SPREAD.total}`,
  ];
  const values = [...spread.values].map(([name, value]) => `${value} AS ${name}`);
  const from = `SELECT ${rows.join(', ')} FROM (${combinedSpread(spread, keys, partials)})`;
  return `SELECT ${[...names, ...values].join(', ')} FROM (${from})${groupBy(keys.length)}`;
}

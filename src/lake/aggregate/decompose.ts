import type { LakeSchema } from '../lake-schema';
import { quoteIdentifier } from '../sql-identifier';
import { findAggregateCall } from './aggregate-call';
import { divideAggregate, isAggregateFunction, type DividedAggregate } from './aggregate-functions';
import type { AggregateCall } from './aggregate-functions';
import { hasColumns, resolveExpression, type NameScope } from './expression';
import { findLakeSelect, readSelect, type SelectClauses } from './select-clauses';
import {
  endOfBrackets,
  isSymbol,
  isWord,
  readTokens,
  sameTokens,
  splitAtCommas,
  sqlOf,
  wordToken,
  type SqlToken,
  type TokenOffsets,
} from './sql-token';

/** A group of the answer: its value in the columns of partial states, and the expression of a row. */
export interface GroupKey {
  name: string;
  /** Resolved: columns are {@link SqlToken} of kind `column`. */
  tokens: SqlToken[];
}

/** An aggregate of the answer with what makes it of parts. */
export interface DecomposedAggregate extends DividedAggregate {
  call: AggregateCall;
}

/**
 * A statement that can be answered from parts of the rows: a table of partial states is filled from any division of
 * them, and the answer made of that table alone.
 */
export interface Decomposition {
  keys: GroupKey[];
  aggregates: DecomposedAggregate[];
  /** The condition on rows, resolved; empty where there is none. */
  where: SqlToken[];
  /** The SELECT over the lake as it stands in the statement: DESCRIBE tells the names of its columns. */
  selectSql: string;
  /** One partial state for each group among the rows of a table (by its SQL name), which has the lake's columns. */
  partialSql(table: string): string;
  /** The statement over a table of partial states. @param names of the columns of `selectSql` */
  finalSql(partials: string, names: readonly string[]): string;
  /** Partial states merged to one for each group. */
  combineSql(partials: string): string;
}

/** Names that begin so are those of partial states. */
const OWN_PREFIX = 'tidelake_';

/**
 * Reads a statement that asks a lake for aggregates and nothing that depends on single rows. Undefined for all others, and
 * wherever that is not sure; they are then run over the rows themselves.
 * @param sql a statement that DuckDB takes
 * @param lake the name of the lake's table, in lower case
 */
export function decompose(
  sql: string,
  offsets: TokenOffsets,
  schema: LakeSchema,
  lake = 'lake',
): Decomposition | undefined {
  const tokens = readTokens(sql, offsets);
  if (tokens === undefined || tokens.some(({ name }) => name.startsWith(OWN_PREFIX))) return undefined;
  if (!isWord(tokens[0], 'select', 'with') && !isSymbol(tokens[0], '(')) return undefined;
  const place = findLakeSelect(tokens, lake);
  if (place === undefined) return undefined;
  const inner = tokens.slice(place.start, place.end);
  const clauses = readSelect(inner, lake);
  if (clauses === undefined) return undefined;
  const reader = readGroups(clauses, schema);
  if (reader === undefined) return undefined;
  const { keys, where, rewrite, scope } = reader;
  const items = clauses.items.map(({ tokens: item }) => resolveThen(item, scope, rewrite));
  const having = resolveHaving(clauses, schema, scope, rewrite);
  const order = orderItems(clauses, scope, rewrite);
  if (having === undefined || order === undefined) return undefined;
  const written = items.flatMap((item) => (item === undefined ? [] : [sqlOf(item)]));
  if (written.length < items.length) return undefined;
  const aggregates = reader.aggregates();
  const before = sqlOf(tokens.slice(0, place.start));
  const after = sqlOf(tokens.slice(place.end));
  const limit = sqlOf(clauses.limit);

  function finalSql(partials: string, names: readonly string[]): string {
    const list = written.map((item, index) => `${item} AS ${quoteIdentifier(names[index] ?? '')}`);
    const select = [
      `SELECT ${list.join(', ')} FROM (${valuesSql(keys, aggregates, partials)})`,
      having.length > 0 ? `WHERE ${sqlOf(having)}` : '',
      order.length > 0 ? `ORDER BY ${order.join(', ')}` : '',
      limit,
    ];
    return [before, select.filter((part) => part !== '').join(' '), after].filter((part) => part !== '').join(' ');
  }

  return {
    keys,
    aggregates,
    where,
    selectSql: sqlOf(inner),
    finalSql,
    partialSql: (table) => partialSql(table, keys, aggregates, where),
    combineSql: (partials) => combineSql(keys, aggregates, partials),
  };
}

type Rewrite = (tokens: readonly SqlToken[]) => SqlToken[] | undefined;

interface GroupReader {
  keys: GroupKey[];
  where: SqlToken[];
  scope: NameScope;
  /** An expression of the answer in terms of keys and aggregates; undefined where it needs a row. */
  rewrite: Rewrite;
  /** Those that were met in rewriting. */
  aggregates(): DecomposedAggregate[];
}

function resolveThen(tokens: readonly SqlToken[], scope: NameScope, rewrite: Rewrite): SqlToken[] | undefined {
  const resolved = resolveExpression(tokens, scope);
  return resolved && rewrite(resolved);
}

function readGroups(clauses: SelectClauses, schema: LakeSchema): GroupReader | undefined {
  const rowScope = { schema, qualifiers: clauses.qualifiers, aliases: new Map(), aggregates: false };
  const where = clauses.where.length === 0 ? [] : resolveExpression(clauses.where, rowScope);
  const scope = scopeOfItems(clauses, schema);
  if (where === undefined || scope === undefined) return undefined;
  const groups = groupTokens(clauses, scope);
  if (groups === undefined) return undefined;
  const keys = groups.map((tokens, index) => ({ name: `${OWN_PREFIX}key_${index}`, tokens }));
  const { rewrite, aggregates } = createRewriter(keys);
  return { keys, where, scope, rewrite, aggregates };
}

/** Output columns by name, each resolved with those before it. */
function scopeOfItems({ items, qualifiers }: SelectClauses, schema: LakeSchema): NameScope | undefined {
  const aliases = new Map<string, SqlToken[]>();
  const scope: NameScope = { schema, qualifiers, aliases, aggregates: true };
  for (const { tokens, alias } of items) {
    const resolved = resolveExpression(tokens, scope);
    if (resolved === undefined) return undefined;
    if (alias !== undefined) aliases.set(lowered(alias), resolved);
  }
  return scope;
}

function lowered(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The expressions to group by; undefined where the statement groups nothing, or in a way that is not understood. */
function groupTokens({ distinct, items, groupBy, having }: SelectClauses, scope: NameScope): SqlToken[][] | undefined {
  const resolved = items.flatMap(({ tokens }) => {
    const item = resolveExpression(tokens, scope);
    return item ? [item] : [];
  });
  const plain = resolved.filter((item) => !isAggregate(item));
  const isAggregated = plain.length < resolved.length || having.length > 0;
  if (distinct) return groupBy.length === 0 && !isAggregated ? plain : undefined;
  if (groupBy.length === 0) return isAggregated ? [] : undefined;
  if (groupBy.length === 1 && isWord(groupBy[0], 'all')) return plain;
  const groups = splitAtCommas(groupBy).map((group) => {
    const [only] = group;
    const item = group.length === 1 && only?.kind === 'number' ? resolved[Number(only.text) - 1] : undefined;
    const tokens = item ?? resolveExpression(group, { ...scope, aggregates: false });
    return tokens && !isAggregate(tokens) ? unbracketed(tokens) : undefined;
  });
  return groups.some((group) => group === undefined) ? undefined : groups.filter((group) => group !== undefined);
}

function unbracketed(tokens: SqlToken[]): SqlToken[] {
  const isWhole = isSymbol(tokens[0], '(') && endOfBrackets(tokens, 0) === tokens.length;
  return isWhole ? unbracketed(tokens.slice(1, -1)) : tokens;
}

function isAggregate(tokens: readonly SqlToken[]): boolean {
  return tokens.some((token, index) => isCallAt(tokens, index) && isAggregateFunction(token.name));
}

function isCallAt(tokens: readonly SqlToken[], index: number): boolean {
  return tokens[index]?.kind === 'word' && isSymbol(tokens[index + 1], '(');
}

function createRewriter(keys: readonly GroupKey[]): { rewrite: Rewrite; aggregates: () => DecomposedAggregate[] } {
  const found: DecomposedAggregate[] = [];
  const bySql = new Map<string, DecomposedAggregate>();
  const longestFirst = keys
    .filter(({ tokens }) => hasColumns(tokens))
    .sort((first, second) => second.tokens.length - first.tokens.length);

  function aggregateOf(call: AggregateCall): DecomposedAggregate | undefined {
    const id = JSON.stringify([call.name, call.distinct, call.args.map(sqlOf), call.filter && sqlOf(call.filter)]);
    const known = bySql.get(id);
    if (known) return known;
    const divided = divideAggregate(call, `${OWN_PREFIX}state_${found.length}`);
    if (divided === undefined) return undefined;
    const aggregate = { ...divided, call, value: divided.value };
    bySql.set(id, aggregate);
    found.push(aggregate);
    return aggregate;
  }

  function rewrite(tokens: readonly SqlToken[]): SqlToken[] | undefined {
    const rewritten: SqlToken[] = [];
    let index = 0;
    while (index < tokens.length) {
      const at = index;
      const token = tokens[at];
      const key = longestFirst.find((candidate) => isKeyAt(tokens, at, candidate.tokens));
      if (token === undefined) return undefined;
      if (key !== undefined) {
        rewritten.push(wordToken(key.name));
        index += key.tokens.length;
      } else if (token.kind === 'column') {
        return undefined;
      } else if (isCallAt(tokens, at) && isAggregateFunction(token.name)) {
        const call = findAggregateCall(tokens, at);
        const aggregate = call && aggregateOf(call.call);
        if (call === undefined || aggregate === undefined) return undefined;
        rewritten.push(wordToken(`${OWN_PREFIX}value_${found.indexOf(aggregate)}`));
        index = call.end;
      } else {
        rewritten.push(token);
        index += 1;
      }
    }
    return rewritten;
  }

  return { rewrite, aggregates: () => found };
}

/**
 * Whether a key stands at a place of an expression as a whole. One that is no single column or call must fill its
 * brackets: `a + b` is not in `c * a + b`.
 */
function isKeyAt(tokens: readonly SqlToken[], at: number, key: readonly SqlToken[]): boolean {
  const end = at + key.length;
  if (!sameTokens(tokens.slice(at, end), key)) return false;
  const isCall = isCallAt(key, 0) && endOfBrackets(key, 1) === key.length;
  if (key.length === 1 || isCall) return true;
  const [before, after] = [tokens[at - 1], tokens[end]];
  const opens = before === undefined || isSymbol(before, '(', ',');
  return opens && (after === undefined || isSymbol(after, ')', ','));
}

/** In HAVING DuckDB takes some names for columns and some for output columns: where a name is both, it is left to DuckDB. */
function resolveHaving(
  { having, items }: SelectClauses,
  schema: LakeSchema,
  scope: NameScope,
  rewrite: Rewrite,
): SqlToken[] | undefined {
  if (having.length === 0) return [];
  const isAmbiguous = items.some(({ tokens, alias }) => {
    const column = alias && resolveExpression([wordToken(lowered(alias))], { ...scope, schema, aliases: new Map() });
    const resolved = resolveExpression(tokens, scope);
    const isItself = column && resolved && sameTokens(column, resolved);
    return column && !isItself && having.some((token) => token.name === lowered(alias));
  });
  return isAmbiguous ? undefined : resolveThen(having, scope, rewrite);
}

/** The items of ORDER BY over the values: output columns by their number, all else rewritten. */
function orderItems({ orderBy, items }: SelectClauses, scope: NameScope, rewrite: Rewrite): string[] | undefined {
  if (orderBy.length === 0) return [];
  const ordered = splitAtCommas(orderBy).map((tokens) => {
    let end = tokens.length;
    if (isWord(tokens[end - 2], 'nulls') && isWord(tokens[end - 1], 'first', 'last')) end -= 2;
    if (isWord(tokens[end - 1], 'asc', 'desc')) end -= 1;
    const [only] = tokens;
    const direction = sqlOf(tokens.slice(end));
    if (end === 1 && (only?.kind === 'number' || isWord(only, 'all'))) return `${only?.text} ${direction}`.trim();
    const named = items.flatMap(({ alias }, index) =>
      end === 1 && alias !== undefined && lowered(alias) === only?.name ? [index + 1] : [],
    );
    if (named.length > 1) return undefined;
    const rewritten = named.length === 1 ? undefined : resolveThen(tokens.slice(0, end), scope, rewrite);
    const by = named.length === 1 ? String(named[0]) : rewritten && `(${sqlOf(rewritten)})`;
    return by && `${by} ${direction}`.trim();
  });
  return ordered.some((item) => item === undefined) ? undefined : ordered.filter((item) => item !== undefined);
}

function partialSql(
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

function combineSql(keys: readonly GroupKey[], aggregates: readonly DecomposedAggregate[], partials: string): string {
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

function valuesSql(keys: readonly GroupKey[], aggregates: readonly DecomposedAggregate[], partials: string): string {
  const values = aggregates.map(({ value }, index) => `${value} AS ${OWN_PREFIX}value_${index}`);
  const list = [...keys.map(({ name }) => name), ...values];
  return `SELECT ${list.length === 0 ? '1' : list.join(', ')} FROM (${combineSql(keys, aggregates, partials)})`;
}

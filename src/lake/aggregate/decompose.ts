import type { LakeSchema } from '../lake-schema';
import { quoteIdentifier } from '../sql-identifier';
import { resolveExpression, type NameScope } from './expression';
import { createRewriter, isAggregate, type Rewriter } from './rewriter';
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
import { combineSql, OWN_PREFIX, partialSql, valuesSql, type DecomposedAggregate, type GroupKey } from './states-sql';

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

  return {
    keys,
    aggregates,
    where,
    selectSql: sqlOf(inner),
    partialSql: (table) => partialSql(table, keys, aggregates, where),
    combineSql: (partials) => combineSql(keys, aggregates, partials),
    finalSql: (partials, names) => {
      const list = written.map((item, index) => `${item} AS ${quoteIdentifier(names[index] ?? '')}`);
      const select = [
        `SELECT ${list.join(', ')} FROM (${valuesSql(keys, aggregates, partials)})`,
        having.length > 0 ? `WHERE ${sqlOf(having)}` : '',
        order.length > 0 ? `ORDER BY ${order.join(', ')}` : '',
        limit,
      ];
      return [before, select.filter((part) => part !== '').join(' '), after].filter((part) => part !== '').join(' ');
    },
  };
}

type Rewrite = Rewriter['rewrite'];

interface GroupReader extends Rewriter {
  keys: GroupKey[];
  where: SqlToken[];
  scope: NameScope;
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
  return { keys, where, scope, ...createRewriter(keys) };
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

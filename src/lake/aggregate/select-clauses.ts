import { endOfBrackets, isSymbol, isWord, splitAtCommas, type SqlToken } from './sql-token';

/** An output column of a SELECT. */
export interface SelectItem {
  tokens: SqlToken[];
  /** The name given to it; undefined where DuckDB makes one. */
  alias: string | undefined;
}

/** A SELECT over the lake alone, clause by clause. */
export interface SelectClauses {
  distinct: boolean;
  items: SelectItem[];
  /** FROM as it is written: the lake and the name it bears. */
  from: SqlToken[];
  /** Names by which columns may be qualified, as {@link SqlToken.name}. */
  qualifiers: string[];
  where: SqlToken[];
  groupBy: SqlToken[];
  having: SqlToken[];
  orderBy: SqlToken[];
  /** LIMIT and OFFSET, with these words. */
  limit: SqlToken[];
}

type ClauseName = 'select' | 'from' | 'where' | 'group' | 'having' | 'order' | 'limit' | 'offset';

const CLAUSES: ClauseName[] = ['select', 'from', 'where', 'group', 'having', 'order', 'limit', 'offset'];

/** Words that begin what is not read here: set operations, samples, windows. */
const FOREIGN_CLAUSES = ['union', 'intersect', 'except', 'qualify', 'window', 'using', 'sample', 'tablesample', 'join'];

/** Words that a name without AS cannot be, or that would not be a name there. */
const NO_ALIAS = [
  ...[
    'asc',
    'desc',
    'nulls',
    'end',
    'null',
    'true',
    'false',
    'and',
    'or',
    'not',
    'is',
    'in',
    'like',
    'ilike',
    'between',
  ],
  ...[
    'year',
    'month',
    'day',
    'hour',
    'minute',
    'second',
    'collate',
    'over',
    'filter',
    'from',
    'at',
    'pivot',
    'unpivot',
  ],
  ...['isnull', 'notnull', 'natural', 'left', 'right', 'full', 'inner', 'cross', 'semi', 'anti', 'asof', 'positional'],
  ...['lateral', 'for', 'within', 'escape', 'similar', 'glob', 'ignore', 'respect'],
];

/** Reads the clauses of a SELECT over the lake; undefined where there is anything else in it. */
export function readSelect(tokens: readonly SqlToken[], lake: string): SelectClauses | undefined {
  const parts = splitClauses(tokens);
  if (parts === undefined) return undefined;
  const from = readFrom(parts.from, lake);
  const [second, ...others] = parts.select;
  const distinct = isWord(second, 'distinct');
  if (from === undefined || isWord(second, 'all') || (distinct && isWord(others[0], 'on'))) return undefined;
  const items = splitAtCommas(distinct ? others : parts.select).map(readItem);
  if (items.some(({ tokens: item }) => item.length === 0)) return undefined;
  if (!isLimit(parts.limit) || !isLimit(parts.offset)) return undefined;
  return {
    distinct,
    items,
    from: parts.from,
    qualifiers: from,
    where: parts.where,
    groupBy: parts.group,
    having: parts.having,
    orderBy: parts.order,
    limit: [...parts.limit, ...parts.offset],
  };
}

/** The stretches after the words of the clauses, each once and in their order; LIMIT and OFFSET keep their words. */
function splitClauses(tokens: readonly SqlToken[]): Record<ClauseName, SqlToken[]> | undefined {
  const parts: Record<ClauseName, SqlToken[]> = {
    ...{ select: [], from: [], where: [], group: [], having: [], order: [], limit: [], offset: [] },
  };
  let current = -1;
  let depth = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) return undefined;
    if (isSymbol(token, '(')) depth += 1;
    if (isSymbol(token, ')')) depth -= 1;
    if (depth === 0 && isWord(token, ...FOREIGN_CLAUSES)) return undefined;
    // IS DISTINCT FROM is no clause.
    const isClause = isWord(token, ...CLAUSES) && !(isWord(token, 'from') && isWord(tokens[index - 1], 'distinct'));
    const clause = depth === 0 && isClause ? CLAUSES.findIndex((name) => name === token.name) : -1;
    if (clause < 0) {
      const name = CLAUSES[current];
      if (name === undefined) return undefined;
      parts[name].push(token);
      continue;
    }
    if (clause <= current) return undefined;
    current = clause;
    if (isWord(token, 'limit', 'offset')) parts[token.name === 'limit' ? 'limit' : 'offset'].push(token);
    if (!isWord(token, 'group', 'order')) continue;
    index += 1;
    if (!isWord(tokens[index], 'by')) return undefined;
  }
  return depth === 0 ? parts : undefined;
}

/** The names of the lake in `lake`, `lake AS l` or `lake l`. */
function readFrom(tokens: readonly SqlToken[], lake: string): string[] | undefined {
  const [table, ...rest] = tokens;
  if (table === undefined || !isName(table) || table.name !== lake) return undefined;
  const [alias, ...more] = isWord(rest[0], 'as') ? rest.slice(1) : rest;
  if (rest.length === 0) return [table.name];
  if (alias === undefined || more.length > 0 || !isName(alias) || isWord(alias, ...NO_ALIAS)) return undefined;
  return [alias.name];
}

function readItem(tokens: SqlToken[]): SelectItem {
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  if (last === undefined || before === undefined || !isName(last)) return { tokens, alias: undefined };
  if (isWord(before, 'as')) return { tokens: tokens.slice(0, -2), alias: spelled(last) };
  const follows =
    before.kind === 'symbol' ? before.text === ')' : !isWord(before, ...NO_ALIAS) || isWord(before, 'end');
  const isAlias = follows && !isWord(last, ...NO_ALIAS) && !isWord(before, 'and', 'or', 'not');
  // A type in two words, such as `x::DOUBLE PRECISION`, is taken for `x::DOUBLE` with a name; then types differ.
  return isAlias ? { tokens: tokens.slice(0, -1), alias: spelled(last) } : { tokens, alias: undefined };
}

/** A name with its own upper and lower case. */
function spelled({ kind, text }: SqlToken): string {
  return kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function isName({ kind }: SqlToken): boolean {
  return kind === 'word' || kind === 'quoted';
}

function isLimit(tokens: readonly SqlToken[]): boolean {
  return tokens.length === 0 || (tokens.length === 2 && tokens[1]?.kind === 'number');
}

/** The tokens of the one bracketed SELECT that names the lake in its FROM, and where they lie; or the whole statement. */
export function findLakeSelect(tokens: readonly SqlToken[], lake: string): { start: number; end: number } | undefined {
  const uses = tokens.flatMap((token, index) =>
    isName(token) && token.name === lake && !isSymbol(tokens[index + 1], '.') ? [index] : [],
  );
  const [use, ...others] = uses;
  if (use === undefined || others.length > 0 || !isWord(tokens[use - 1], 'from')) return undefined;
  let start = 0;
  let end = tokens.length;
  for (let open = 0; open < use; open++) {
    if (!isSymbol(tokens[open], '(')) continue;
    const close = endOfBrackets(tokens, open);
    if (close === undefined) return undefined;
    if (close <= use) {
      open = close - 1;
      continue;
    }
    start = open + 1;
    end = close - 1;
  }
  return isWord(tokens[start], 'select') ? { start, end } : undefined;
}

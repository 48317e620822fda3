import { findAggregateCall } from './aggregate-call';
import { divideAggregate, isAggregateFunction, type AggregateCall } from './aggregate-functions';
import { hasColumns } from './expression';
import { endOfBrackets, isSymbol, sameTokens, sqlOf, wordToken, type SqlToken } from './sql-token';
import { OWN_PREFIX, type DecomposedAggregate, type GroupKey } from './states-sql';

/** Puts expressions of an answer in terms of its keys and aggregates. */
export interface Rewriter {
  /** Undefined where an expression needs a row, or an aggregate that cannot be divided. */
  rewrite(tokens: readonly SqlToken[]): SqlToken[] | undefined;
  /** The aggregates that were met so far, each once. */
  aggregates(): DecomposedAggregate[];
}

/** Whether an expression calls an aggregate function. */
export function isAggregate(tokens: readonly SqlToken[]): boolean {
  return tokens.some((token, index) => isCallAt(tokens, index) && isAggregateFunction(token.name));
}

/** A rewriter of expressions whose names are resolved. */
function isCallAt(tokens: readonly SqlToken[], index: number): boolean {
  return tokens[index]?.kind === 'word' && isSymbol(tokens[index + 1], '(');
}

export function createRewriter(keys: readonly GroupKey[]): Rewriter {
  const found: DecomposedAggregate[] = [];
  const bySql = new Map<string, DecomposedAggregate>();
  const longestFirst = keys
    .filter(({ tokens }) => hasColumns(tokens))
    .sort((first, second) => second.tokens.length - first.tokens.length);

  function aggregateOf(call: AggregateCall): DecomposedAggregate | undefined {
    const id = JSON.stringify([call.name, call.distinct, call.args.map(sqlOf), call.filter && sqlOf(call.filter)]);
    const known = bySql.get(id);
    if (known) return known;
    const name = `${OWN_PREFIX}state_${found.length}`;
    const divided = divideAggregate(call, name);
    if (divided === undefined) return undefined;
    const aggregate = { ...divided, call, name };
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

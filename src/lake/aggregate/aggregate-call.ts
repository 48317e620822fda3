import type { AggregateCall } from './aggregate-functions';
import { endOfBrackets, isSymbol, isWord, splitAtCommas, type SqlToken } from './sql-token';

/**
 * The call of an aggregate function that begins at a token, and the index after it with its FILTER; undefined where it is
 * ordered, or another is within it.
 */
export function findAggregateCall(
  tokens: readonly SqlToken[],
  at: number,
): { call: AggregateCall; end: number } | undefined {
  const name = tokens[at]?.name;
  const close = endOfBrackets(tokens, at + 1);
  if (name === undefined || close === undefined) return undefined;
  const [first, ...rest] = tokens.slice(at + 2, close - 1);
  const distinct = isWord(first, 'distinct');
  const inside = distinct || first === undefined ? rest : [first, ...rest];
  const isStar = isSymbol(first, '*');
  const args = inside.length === 0 || isStar ? [] : splitAtCommas(inside);
  const call = { name, distinct, args, filter: undefined };
  if (!isWord(tokens[close], 'filter')) return { call, end: close };
  const end = endOfBrackets(tokens, close + 1);
  if (end === undefined) return undefined;
  return { call: { ...call, filter: tokens.slice(close + 3, end - 1) }, end };
}

/**
 * A token of DuckDB's filter text. `text` is what it means: a string without its quotes, a symbol or word as written.
 * `type` is what follows a string after `::`, such as `TIMESTAMP WITH TIME ZONE`.
 */
export type FilterToken =
  { kind: 'word' | 'number' | 'symbol'; text: string } | { kind: 'string'; text: string; type?: string };

const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
// A quote beside a letter opens no string: it belongs to a name like `it's`, which DuckDB prints as it stands.
const STRING = /(?<![\p{L}\p{N}_])'((?:[^']|'')*)'(?![\p{L}\p{N}_])/uy;
const QUOTED = /"(?:[^"]|"")*"/y;
const TYPE = /::((?:TIMESTAMP|TIME) WITH TIME ZONE|[A-Z_][A-Z0-9_]*)/y;
const SYMBOL = /!=|<=|>=|~~|!~~|\^@|::|./suy;
const BLANK = /\s+/y;

/**
 * Splits filter text into tokens; undefined where quotes do not pair, as in a name like `it's`, or after a NUL, where
 * DuckDB cuts the text off.
 */
export function tokensOf(text: string): FilterToken[] | undefined {
  const tokens: FilterToken[] = [];
  let position = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(text);
    if (found !== null) position = pattern.lastIndex;
    return found;
  };
  while (position < text.length) {
    if (match(BLANK) !== null) continue;
    const string = match(STRING);
    if (string !== null) {
      const type = match(TYPE)?.[1];
      const value = (string[1] ?? '').replaceAll("''", "'");
      tokens.push(type === undefined ? { kind: 'string', text: value } : { kind: 'string', text: value, type });
      continue;
    }
    if (text[position] === "'") return undefined;
    const word = match(WORD) ?? match(QUOTED);
    if (word !== null) {
      tokens.push({ kind: 'word', text: word[0] });
      continue;
    }
    const number = match(NUMBER);
    if (number !== null) {
      tokens.push({ kind: 'number', text: number[0] });
      continue;
    }
    const symbol = match(SYMBOL);
    if (symbol === null) return undefined;
    tokens.push({ kind: 'symbol', text: symbol[0] });
  }
  return tokens;
}

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/**
 * How deep each token lies in brackets and CASE … END; brackets themselves count as outside. Undefined where they do
 * not match.
 */
export function depthsOf(tokens: FilterToken[]): number[] | undefined {
  const open: string[] = [];
  const depths: number[] = [];
  for (const token of tokens) {
    const closing = closerOf(token);
    if (token.kind !== 'string' && open.length > 0 && token.text === open.at(-1)) {
      open.pop();
      depths.push(open.length);
    } else if (closing !== undefined) {
      depths.push(open.length);
      open.push(closing);
    } else {
      if (token.kind === 'symbol' && [')', ']', '}'].includes(token.text)) return undefined;
      depths.push(open.length);
    }
  }
  return open.length === 0 ? depths : undefined;
}

function closerOf(token: FilterToken): string | undefined {
  if (token.kind === 'symbol') return CLOSING[token.text];
  return token.kind === 'word' && token.text === 'CASE' ? 'END' : undefined;
}

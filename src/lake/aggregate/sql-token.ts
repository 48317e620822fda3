import { quoteIdentifier } from '../sql-identifier';

/** Where a statement's tokens start, in bytes of UTF-8, as DuckDB's own tokenizer gives them. */
export interface TokenOffsets {
  offsets: number[];
}

/** A token of a statement. */
export interface SqlToken {
  kind: 'word' | 'quoted' | 'number' | 'text' | 'symbol' | 'column';
  /** As it is written. */
  text: string;
  /** The same for tokens that mean the same: names in lower case (ASCII only, like DuckDB), without quotes. */
  name: string;
  /** Whether blanks or comments follow. */
  spaced: boolean;
}

const FORMS: [SqlToken['kind'], RegExp][] = [
  ['quoted', /^"(?:[^"]|"")*"/],
  ['text', /^'(?:[^']|'')*'/],
  ['number', /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$.])/],
  ['word', /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*(?![$'"])/],
  ['symbol', /^(?:::|<>|!=|<=|>=|==|\|\||\/\/|\*\*|[(),.+\-*/%=<>^])/],
];

const BETWEEN_TOKENS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*$/;

/**
 * A statement as tokens; undefined where one of them is of a kind that plain SELECT statements over a lake do without:
 * parameters, lists, structs, lambdas, dollar quotes.
 */
export function readTokens(sql: string, { offsets }: TokenOffsets): SqlToken[] | undefined {
  const bytes = new TextEncoder().encode(sql);
  const decoder = new TextDecoder();
  const tokens: SqlToken[] = [];
  for (const [index, start] of offsets.entries()) {
    const written = decoder.decode(bytes.subarray(start, offsets[index + 1] ?? bytes.length));
    const token = readToken(written);
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

function readToken(written: string): SqlToken | undefined {
  for (const [kind, form] of FORMS) {
    const text = form.exec(written)?.[0];
    if (text === undefined) continue;
    const rest = written.slice(text.length);
    if (!BETWEEN_TOKENS.test(rest)) return undefined;
    return { kind, text, name: nameOf(kind, text), spaced: rest !== '' };
  }
  return undefined;
}

function nameOf(kind: SqlToken['kind'], text: string): string {
  const lower = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (kind === 'quoted') return lower(text.slice(1, -1).replaceAll('""', '"'));
  return kind === 'word' ? lower(text) : text;
}

/** Tokens as SQL again, without comments. */
export function sqlOf(tokens: readonly SqlToken[]): string {
  return tokens
    .map(({ text, spaced }) => (spaced ? `${text} ` : text))
    .join('')
    .trim();
}

/** Whether a token is a word of the language; a name in quotes never is. */
export function isWord(token: SqlToken | undefined, ...words: string[]): boolean {
  return token?.kind === 'word' && words.includes(token.name);
}

/** Whether a token is a symbol. */
export function isSymbol(token: SqlToken | undefined, ...symbols: string[]): boolean {
  return token?.kind === 'symbol' && symbols.includes(token.text);
}

/** A token of our own, such as the name of a column in a table of partial states. */
export function wordToken(text: string): SqlToken {
  return { kind: 'word', text, name: text, spaced: true };
}

/** A column of the lake, whatever it was qualified with. */
export function columnToken(name: string): SqlToken {
  return { kind: 'column', text: quoteIdentifier(name), name: nameOf('word', name), spaced: true };
}

/** Tokens in brackets. */
export function bracketed(tokens: readonly SqlToken[]): SqlToken[] {
  const symbol = (text: string): SqlToken => ({ kind: 'symbol', text, name: text, spaced: true });
  return [symbol('('), ...tokens, symbol(')')];
}

/** Whether two stretches of tokens mean the same. */
export function sameTokens(first: readonly SqlToken[], second: readonly SqlToken[]): boolean {
  return (
    first.length === second.length &&
    first.every(({ kind, name }, index) => second[index]?.kind === kind && second[index].name === name)
  );
}

/** Index after the bracket that closes the one at `open`; undefined where none does. */
export function endOfBrackets(tokens: readonly SqlToken[], open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (isSymbol(tokens[index], '(')) depth += 1;
    if (isSymbol(tokens[index], ')')) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return undefined;
}

/** The stretches between commas that are in no brackets. */
export function splitAtCommas(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, '(')) depth += 1;
    if (isSymbol(token, ')')) depth -= 1;
    if (depth === 0 && isSymbol(token, ',')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

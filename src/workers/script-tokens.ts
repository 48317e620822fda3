/** Starts and kinds of a script's tokens as DuckDB's own tokenizer gives them; starts count bytes of UTF-8. */
export interface ScriptTokens {
  offsets: number[];
  types: number[];
}

/** A word, text or sign of a script. Comments are none. */
export interface ScriptToken {
  kind: 'identifier' | 'number' | 'text' | 'operator' | 'keyword';
  /** As it stands in the script, without the blanks and comments behind it. */
  text: string;
  /** Character offsets in the script. */
  start: number;
  end: number;
}

const KINDS: (ScriptToken['kind'] | undefined)[] = ['identifier', 'number', 'text', 'operator', 'keyword'];

const BLANKS = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?(?:\*/|$))`;
const ONLY_BLANKS = new RegExp(`^${BLANKS}*$`);

/** What a token consists of, where it does not go on to the next one. */
const FORMS: Record<ScriptToken['kind'], RegExp> = {
  text: /^(?:[a-zA-Z]?'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$)/,
  identifier: /^(?:"(?:[^"]|"")*"|[^\s"'/*-]+)/,
  keyword: /^[^\s'"/*-]+|^->>?/,
  number: /^[^\s/*-]+(?:[eE]-\d+)?/,
  operator: /^(?:--?|\/|[^\s/-]+|[^\s])/,
};

/** A script's tokens with their texts. One whose end is not clear keeps what is behind it. */
export function readTokens(script: string, { offsets, types }: ScriptTokens): ScriptToken[] {
  const bytes = new TextEncoder().encode(script);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const textBetween = (from: number, to: number | undefined) => decoder.decode(bytes.subarray(from, to));
  let start = textBetween(0, offsets[0] ?? 0).length;
  return offsets.flatMap((offset, index) => {
    const raw = textBetween(offset, offsets[index + 1]);
    const from = start;
    start += raw.length;
    const kind = KINDS[types[index] ?? -1];
    if (!kind) return [];
    const form = FORMS[kind].exec(raw)?.[0] ?? raw;
    const text = ONLY_BLANKS.test(raw.slice(form.length)) ? form : raw.trimEnd();
    return [{ kind, text, start: from, end: from + text.length }];
  });
}

/** The value of a plain text token `'it''s'`; undefined for other tokens, and for texts with escapes. */
export function textValue(token: ScriptToken | undefined): string | undefined {
  if (token?.kind !== 'text' || !/^'(?:[^']|'')*'$/.test(token.text)) return undefined;
  return token.text.slice(1, -1).replaceAll("''", "'");
}

/** Whether a token is one of these words or signs, in any case. */
export function isWord(token: ScriptToken | undefined, ...words: string[]): boolean {
  return token !== undefined && token.kind !== 'text' && words.includes(token.text.toUpperCase());
}

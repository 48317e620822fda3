import type { Literal } from './predicate';

/**
 * Orders two constants as DuckDB does, or undefined where their types differ. Text is compared by the bytes of its
 * UTF-8 form; NaN equals itself and is greater than every number; -0 equals 0.
 */
export function compareLiterals(first: Literal, second: Literal): number | undefined {
  if (first.type === 'text' && second.type === 'text') return compareUtf8(first.value, second.value);
  if (first.type === 'boolean' && second.type === 'boolean') return Number(first.value) - Number(second.value);
  if (first.type === 'number' && second.type === 'number') return compareNumbers(first.value, second.value);
  if (first.type === 'timestamp' && second.type === 'timestamp') return compareNumbers(first.value, second.value);
  return undefined;
}

/** Orders texts by the bytes of their UTF-8 form, which is the order of code points and not of JavaScript's `<`. */
export function compareUtf8(first: string, second: string): number {
  let index = 0;
  while (index < first.length && first.charCodeAt(index) === second.charCodeAt(index)) index += 1;
  // Back to the start of a surrogate pair whose first half is equal: the pair decides, not its halves.
  if (index > 0 && isLeadingSurrogate(first.charCodeAt(index - 1))) index -= 1;
  return (first.codePointAt(index) ?? -1) - (second.codePointAt(index) ?? -1);
}

/**
 * The smallest text that is above every text starting with `prefix` in UTF-8 order; undefined where there is none.
 */
export function textAfterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    // The surrogates between D7FF and E000 are no characters of their own.
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

function compareNumbers(first: number, second: number): number {
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  return first < second ? -1 : first > second ? 1 : 0;
}

function isLeadingSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit < 0xdc00;
}

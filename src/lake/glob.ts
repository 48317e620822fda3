import { LakeError } from './lake-error';

/** A pattern of keys as DuckDB writes it: `*`, `?`, `[ab]`, `[a-z]`, `[!a]`, `**` for any folders, and `{a,b}`. */
export interface Glob {
  /** What every key it matches begins with. */
  prefix: string;
  /** Its segments between slashes; null where one is not plain text. */
  segments: (string | null)[];
  matches(key: string): boolean;
  /** Whether a key below a folder, which ends in `/`, may match. */
  mayHold(folder: string): boolean;
}

/** One character of a segment: itself, any, or one of a set; or a run of any. */
type Part = { kind: 'text'; text: string } | { kind: 'run' } | { kind: 'set'; allows: (character: string) => boolean };

type Segment = '**' | Part[];

const MOST_ALTERNATIVES = 256;

/** Whether a text holds characters that are not themselves in a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** The pattern of one text. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[{]/g, '[$&]');
}

/**
 * The patterns that a text with `{a,b}` stands for.
 * @throws LakeError `unsupported` where they are too many
 */
export function expandBraces(pattern: string): string[] {
  const expanded: string[] = [];
  const waiting = [pattern];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const brace = innermostBrace(next);
    if (!brace) expanded.push(next);
    else {
      const { start, end, alternatives } = brace;
      const [before, after] = [next.slice(0, start), next.slice(end)];
      waiting.push(...alternatives.map((alternative) => before + alternative + after).reverse());
    }
    if (waiting.length + expanded.length > MOST_ALTERNATIVES) throw tooMany(pattern);
  }
  return [...new Set(expanded)];
}

/** The first braces that hold no others and a comma at least, outside of `[…]`. */
function innermostBrace(pattern: string): { start: number; end: number; alternatives: string[] } | undefined {
  let start = -1;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === '[') index = Math.max(index, pattern.indexOf(']', index + 2));
    else if (character === '{') start = index;
    else if (character === '}' && start >= 0) {
      const alternatives = pattern.slice(start + 1, index).split(',');
      if (alternatives.length > 1) return { start, end: index + 1, alternatives };
      start = -1;
    }
  }
  return undefined;
}

/** Reads a pattern without braces. */
export function compileGlob(pattern: string): Glob {
  const segments = pattern.split('/').map(compileSegment);
  if (segments.at(-1) === '**') segments.push([{ kind: 'run' }]);
  const plain = segments.map(plainText);
  const states = (path: string[]) => reached(segments, path);
  return {
    prefix: prefixOf(segments),
    segments: plain,
    matches: (key) => states(key.split('/')).has(segments.length),
    mayHold: (folder) => [...states(folder.split('/').slice(0, -1))].some((state) => state < segments.length),
  };
}

/** How far in the pattern one may be behind a path; as many at once as there are ways to read it. */
function reached(segments: Segment[], path: string[]): Set<number> {
  let states = closure(segments, [0]);
  for (const name of path) {
    const next = [...states].flatMap((state) => {
      const segment = segments[state];
      if (segment === '**') return [state];
      return segment && matchesSegment(segment, name) ? [state + 1] : [];
    });
    states = closure(segments, next);
  }
  return states;
}

/** `**` also stands for no folder at all. */
function closure(segments: Segment[], states: number[]): Set<number> {
  const all = new Set<number>();
  for (const state of states) {
    for (let next = state; ; next++) {
      all.add(next);
      if (segments[next] !== '**') break;
    }
  }
  return all;
}

function compileSegment(text: string): Segment {
  if (text === '**') return text;
  const parts: Part[] = [];
  const characters = Array.from(text);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    const end = character === '[' ? characters.indexOf(']', index + 2) : -1;
    if (character === '*') parts.push({ kind: 'run' });
    else if (character === '?') parts.push({ kind: 'set', allows: () => true });
    else if (end > 0) {
      parts.push(compileSet(characters.slice(index + 1, end)));
      index = end;
    } else parts.push({ kind: 'text', text: character });
  }
  return parts;
}

function compileSet(members: string[]): Part {
  const [first, ...others] = members;
  const isNegated = first === '!' && others.length > 0;
  const listed = isNegated ? others : members;
  if (listed.length === 1 && !isNegated) return { kind: 'text', text: listed[0] ?? '' };
  const ranges: [string, string][] = [];
  for (let index = 0; index < listed.length; index++) {
    const from = listed[index] ?? '';
    const to = listed[index + 1] === '-' ? listed[index + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) index += 2;
  }
  const within = (character: string) => ranges.some(([from, to]) => character >= from && character <= to);
  return { kind: 'set', allows: (character) => within(character) !== isNegated };
}

/** The usual greedy match: back to the last run only, for an earlier one can do nothing that it cannot. */
function matchesSegment(parts: Part[], name: string): boolean {
  const characters = Array.from(name);
  let [part, at, run, resume] = [0, 0, -1, 0];
  while (at < characters.length) {
    const wanted = parts[part];
    const character = characters[at] ?? '';
    if (wanted?.kind === 'run') [run, resume, part] = [part, at, part + 1];
    else if (wanted && (wanted.kind === 'set' ? wanted.allows(character) : wanted.text === character)) {
      part++;
      at++;
    } else if (run >= 0) [part, at, resume] = [run + 1, resume + 1, resume + 1];
    else return false;
  }
  return parts.slice(part).every(({ kind }) => kind === 'run');
}

function plainText(segment: Segment): string | null {
  if (segment === '**') return null;
  return segment.every((part) => part.kind === 'text') ? leadingText(segment) : null;
}

function leadingText(parts: Part[]): string {
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'text') break;
    text += part.text;
  }
  return text;
}

function prefixOf(segments: Segment[]): string {
  const plain = segments.map(plainText);
  const first = plain.indexOf(null);
  if (first < 0) return plain.join('/');
  const segment = segments[first];
  const folders = plain.slice(0, first).map((text) => `${text ?? ''}/`);
  return folders.join('') + (segment === undefined || segment === '**' ? '' : leadingText(segment));
}

function tooMany(pattern: string): LakeError {
  return new LakeError({
    code: 'unsupported',
    message: `The braces of ${pattern.slice(0, 200)} stand for more than ${MOST_ALTERNATIVES} patterns.`,
    advice: 'Write * where any name will do, and choose with WHERE.',
  });
}

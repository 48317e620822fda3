import type { LakeErrorData } from '../../lake/lake-error';
import { sqlName } from '../../queries/sql-text';

/** What is wrong at a place of the SQL, in characters, what to do about it, and words that may have been meant. */
export interface SqlProblem {
  from: number;
  to: number;
  message: string;
  hint: string;
  fixes: string[];
}

const MOST_FIXES = 3;

/** Where and what the problem is that an error speaks of; undefined where it names no place in this text. */
export function problemOf(sql: string, { position, message, advice }: LakeErrorData): SqlProblem | undefined {
  if (position === undefined || position > sql.length) return undefined;
  const word = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}\p{N}_$]+|\S)/u.exec(sql.slice(position))?.[0] ?? '';
  const [first = message] = message.split('\n');
  return { from: position, to: position + word.length, message: first, hint: advice, fixes: fixesIn(message, word) };
}

/** What an error says in one line, with the words that may have been meant. */
export function problemLine({ message }: Pick<LakeErrorData, 'message'>): string {
  const [first = message] = message.split('\n');
  const [meant] = fixesIn(message, '');
  return meant === undefined ? first : `${first.replace(/[.!]?$/, '.')} Did you mean ${meant}?`;
}

/** DuckDB names what comes nearest, most likely first. */
function fixesIn(message: string, word: string): string[] {
  const named = /(?:Did you mean|Candidate (?:bindings|tables|functions):?)([^\n]*)/.exec(message)?.[1] ?? '';
  const names = [...named.matchAll(/"((?:[^"]|"")+)"/g)].map(([, name = '']) => {
    const bare = name.split('.').at(-1) ?? name;
    return /^[\w\s-]+$/u.test(bare) ? sqlName(bare) : bare;
  });
  return [...new Set(names)].filter((name) => name !== word).slice(0, MOST_FIXES);
}

import { LakeError } from '../lake/lake-error';
import type { ScriptToken } from './script-tokens';

/** One statement of a script. */
export interface Statement {
  /** As it stands in the script, without the semicolon. */
  sql: string;
  /** Character offset in the script. */
  start: number;
  /** `reads` may scan lakes, and so may what `changes` tables of the user's own; `describes` only looks at names and types. */
  kind: 'reads' | 'changes' | 'describes';
}

const DESCRIBES = new Set(['DESCRIBE', 'DESC', 'SHOW', 'EXPLAIN']);
const READS = new Set(['SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE', 'SUMMARIZE', 'PIVOT', 'UNPIVOT', '(']);
// Of tables and views of the user's own, which live in the engine's memory.
const CHANGES = new Set(['CREATE', 'INSERT', 'UPDATE', 'DELETE', 'DROP', 'ALTER', 'TRUNCATE']);

/**
 * Splits a script at its semicolons.
 * @throws LakeError `bad-sql` where there is no statement, `unsupported` where one would reach beyond the lake
 */
export function splitStatements(script: string, tokens: readonly ScriptToken[]): Statement[] {
  const statements: Statement[] = [];
  let first: ScriptToken | undefined;

  function end(offset: number): void {
    if (first) statements.push(statementOf(script.slice(first.start, offset), first.start, first.text));
    first = undefined;
  }

  for (const token of tokens) {
    if (token.kind === 'operator' && token.text.startsWith(';')) end(token.start);
    else first ??= token;
  }
  end(script.length);
  if (statements.length === 0) {
    throw new LakeError({
      code: 'bad-sql',
      message: 'There is no SQL to run.',
      advice: 'Try: SELECT * FROM lake LIMIT 100',
    });
  }
  return statements;
}

function statementOf(sql: string, start: number, word: string): Statement {
  const keyword = /^\(|^\w+/.exec(word)?.[0].toUpperCase() ?? '';
  if (DESCRIBES.has(keyword)) return { sql, start, kind: 'describes' };
  if (READS.has(keyword)) return { sql, start, kind: 'reads' };
  if (CHANGES.has(keyword)) return { sql, start, kind: 'changes' };
  if (
    /^(copy|attach|detach|install|load|set|reset|pragma|export|import|call|use|checkpoint|vacuum|begin|commit|rollback|prepare|execute|force|analyze|merge|comment|deallocate|update_extensions)$/i.test(
      keyword,
    )
  ) {
    throw new LakeError({
      code: 'unsupported',
      message: `${keyword} is not available here.`,
      advice: 'Ask with SELECT; tables and views of your own can be made with CREATE.',
      position: start,
    });
  }
  // DuckDB says best what is wrong with it.
  return { sql, start, kind: 'reads' };
}

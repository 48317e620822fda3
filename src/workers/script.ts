import { LakeError } from '../lake/lake-error';
import { quoteIdentifier } from '../lake/sql-identifier';
import { bindParameters } from './query-parameters';
import type { QueryParameters } from './query-parameters';
import { readTokens } from './script-tokens';
import type { ScriptToken, ScriptTokens } from './script-tokens';
import { splitStatements } from './statement';
import type { Statement } from './statement';
import { findTableSources } from './table-source';
import type { TableSource } from './table-source';
import { applyEdits, offsetBefore } from './text-edits';
import type { TextEdit } from './text-edits';

/** What a caller asks: SQL, and what is not in it. */
export interface Script {
  sql: string;
  parameters?: QueryParameters;
  /** The page's address, against which relative addresses in the SQL are read. */
  base?: string;
  /** Whether statements that can be divided are answered part by part, also where all rows should fit into memory. */
  inParts?: boolean;
}

/** A script as the engine can run it. */
export interface PreparedScript {
  statements: Statement[];
  /** Names that stand for addresses in it. */
  sources: string[];
}

interface ScriptParts {
  tokenize(sql: string): Promise<ScriptTokens>;
  /** Makes what is read at an address a table; resolves to its name. */
  nameOf(source: TableSource): Promise<string>;
}

/** Work on a script's statements; places in the errors it ends in are those of the text that the engine was given. */
type Work<Value> = (script: PreparedScript) => Promise<Value>;

/**
 * Puts constants for parameters and tables for addresses into a script, splits it, and hands it to some work.
 * @throws LakeError whose `position` is in the SQL as the caller wrote it
 */
export async function withScript<Value>(
  { sql, parameters }: Script,
  { tokenize, nameOf }: ScriptParts,
  work: Work<Value>,
): Promise<Value> {
  const tokensOf = async (text: string): Promise<ScriptToken[]> => readTokens(text, await tokenize(text));
  /** Replacements so far, each list in the text that the one before it left. */
  const done: TextEdit[][] = [];
  try {
    const written = await tokensOf(sql);
    const bound = bindParameters(written, parameters);
    const constant = applyEdits(sql, bound);
    done.push(bound);
    const tokens = bound.length === 0 ? written : await tokensOf(constant);
    const found = findTableSources(tokens);
    const sources: string[] = [];
    const named: TextEdit[] = [];
    for (const source of found) {
      const name = await nameOf(source);
      sources.push(name);
      named.push({ ...source, replacement: quoteIdentifier(name) });
    }
    const text = applyEdits(constant, named);
    done.push(named);
    const statements = splitStatements(text, named.length === 0 ? tokens : await tokensOf(text));
    return await work({ statements, sources });
  } catch (error) {
    if (!(error instanceof LakeError) || error.position === undefined) throw error;
    const position = done.reduceRight((offset, edits) => offsetBefore(edits, offset), error.position);
    throw new LakeError({ ...error.toData(), position }, { cause: error });
  }
}

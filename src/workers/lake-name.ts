import { LakeError } from '../lake/lake-error';

/** What the lake that was opened is called in SQL. */
export const MAIN_LAKE = 'lake';

const LONGEST_NAME = 63;

/**
 * The name of a lake beside the opened one, as DuckDB compares it.
 * @throws LakeError `unsupported` where it is not a plain identifier, or is that of the opened lake
 */
export function checkLakeName(name: string): string {
  const table = name.toLowerCase();
  if (/^[a-z_][a-z0-9_]*$/.test(table) && table.length <= LONGEST_NAME && table !== MAIN_LAKE) return table;
  throw new LakeError({
    code: 'unsupported',
    message: table === MAIN_LAKE ? `“${MAIN_LAKE}” is the lake that was opened.` : `A lake cannot be called “${name}”.`,
    advice: 'Attach it under another name: letters, digits and _, such as “buoys”.',
  });
}

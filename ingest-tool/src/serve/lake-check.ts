import { stat } from 'node:fs/promises';
import { ABOUT_FOLDER, DESCRIPTION_PATH, isDataPath } from '@tidelake/lake-format';
import path from 'node:path';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { KeyCursor } from './key-cursor';

/** Keys looked at in search of Parquet: a lake shows some early, and a home folder must not be walked to its end. */
const KEYS_LOOKED_AT = 10_000;

/**
 * Looks whether a folder holds a lake.
 * @param folder the real path
 * @returns why a page will find nothing in it, though it can be served; undefined where there is data
 * @throws ToolError where it is not a folder, or cannot be read
 */
export async function findLakeProblem(folder: string): Promise<string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw new ToolError(EXIT.usage, `${folder} is a file.`, 'Name the folder that holds the lake.');
    }
    return await findMissingData(folder);
  } catch (error) {
    throw explainSystemError(error, 'read the lake', folder, EXIT.usage);
  }
}

async function findMissingData(folder: string): Promise<string | undefined> {
  const cursor = new KeyCursor(folder, { prefix: '', after: '' });
  let others = 0;
  for (let key = await cursor.next(); key !== undefined; key = await cursor.next()) {
    if (isDataPath(key)) return undefined;
    if (key.startsWith(`${ABOUT_FOLDER}/`)) cursor.skipPrefix(`${ABOUT_FOLDER}/`);
    else if (++others >= KEYS_LOOKED_AT) break;
  }
  const described = await stat(path.join(folder, DESCRIPTION_PATH)).catch(() => undefined);
  if (others === 0 && described === undefined) {
    return `${folder} is empty. Fill it with: tidelake ingest <captures…> --to ${folder}`;
  }
  const where = others < KEYS_LOOKED_AT ? 'in it' : `among its first ${others} files`;
  return `${folder}: there is no Parquet file ${where}, so a page will find no data.`;
}

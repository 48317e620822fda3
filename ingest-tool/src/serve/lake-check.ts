import { lstat, stat } from 'node:fs/promises';
import { ABOUT_FOLDER, DESCRIPTION_PATH, isDataPath } from '@tidelake/lake-format';
import path from 'node:path';
import { errorCode } from './error-code';
import { KeyCursor } from './key-cursor';

/** What a look at a folder found, before it is served as a lake. */
export type LakeCheck = { kind: 'lake' } | { kind: 'refused' | 'doubtful'; message: string };

/** Keys looked at in search of Parquet: a lake shows some early, and a home folder must not be walked to its end. */
const KEYS_LOOKED_AT = 10_000;

/**
 * Looks whether a folder can be served as a lake. `refused`: it is not a folder at all. `doubtful`: it can be served,
 * and a page will find nothing in it; the message says why.
 * @param folder the real path
 */
export async function checkLake(folder: string): Promise<LakeCheck> {
  const found = await lookAt(folder);
  if (typeof found === 'string') return { kind: 'refused', message: found };
  const cursor = new KeyCursor(folder, { prefix: '', after: '' });
  let others = 0;
  for (let key = await cursor.next(); key !== undefined; key = await cursor.next()) {
    if (isDataPath(key)) return { kind: 'lake' };
    if (key.startsWith(`${ABOUT_FOLDER}/`)) cursor.skipPrefix(`${ABOUT_FOLDER}/`);
    else if (++others >= KEYS_LOOKED_AT) break;
  }
  const described = await stat(path.join(folder, DESCRIPTION_PATH)).catch(() => undefined);
  if (others === 0 && described === undefined) {
    return {
      kind: 'doubtful',
      message: `${folder} is empty. Fill it with: tidelake ingest <captures…> --to ${folder}`,
    };
  }
  const what = described === undefined ? `among its first ${others} files` : 'in this lake';
  return { kind: 'doubtful', message: `${folder}: there is no Parquet file ${what}, so a page will find no data.` };
}

async function lookAt(folder: string): Promise<true | string> {
  try {
    return (await lstat(folder)).isDirectory() || `${folder} is a file. Name the folder that holds the lake.`;
  } catch (error) {
    const missing = errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
    return missing
      ? `There is no folder ${folder}.`
      : `${folder} cannot be read (${errorCode(error) ?? String(error)}).`;
  }
}

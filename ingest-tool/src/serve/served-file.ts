import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../tool-error';
import { isServedKey } from './served-key';

/** What the store says about a file without reading it. */
export interface FileFacts {
  /** Bytes. */
  size: number;
  /** Strong entity tag, in quotes. */
  etag: string;
  modified: Date;
}

/** A file opened for reading; whoever takes it closes the handle. */
export interface ServedFile extends FileFacts {
  handle: FileHandle;
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EISDIR', 'ENXIO']);

/**
 * The path of a served key below a root, or undefined where there is nothing, where the key is not served, or where a
 * symbolic link stands on the way: links are never followed, so nothing outside the root can be reached.
 * @param root the real path of the folder that is served
 */
export async function resolveServed(root: string, key: string): Promise<string | undefined> {
  if (key !== '' && !isServedKey(key)) return undefined;
  const wanted = path.resolve(root, ...key.split('/'));
  const real = await unlessAbsent(realpath(wanted));
  return real === wanted ? real : undefined;
}

/** Opens the file of a key; undefined where there is none to serve. */
export async function openServed(root: string, key: string): Promise<ServedFile | undefined> {
  if (key === '' || key.endsWith('/')) return undefined;
  const file = await resolveServed(root, key);
  if (file === undefined) return undefined;
  // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
  const handle = await unlessAbsent(open(file, flags));
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat({ bigint: true });
    if (stats.isFile()) return { handle, ...factsOf(stats) };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** Size, entity tag and time of the file of a key; undefined where it has gone. */
export async function describeServed(root: string, key: string): Promise<FileFacts | undefined> {
  const stats = await unlessAbsent(lstat(path.join(root, ...key.split('/')), { bigint: true }));
  return stats?.isFile() === true ? factsOf(stats) : undefined;
}

function factsOf(stats: BigIntStats): FileFacts {
  // Lake files are replaced by rename, so the inode tells versions apart even within one tick of the clock.
  const version = `${stats.ino}-${stats.size}-${stats.mtimeNs}`;
  const etag = `"${createHash('sha256').update(version).digest('hex').slice(0, 32)}"`;
  return { size: Number(stats.size), etag, modified: stats.mtime };
}

async function unlessAbsent<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (ABSENT.has(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

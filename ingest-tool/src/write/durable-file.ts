import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EXIT, explainSystemError, systemErrorCode } from '../tool-error';

/** The bytes of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw explainSystemError(error, 'read', path, EXIT.unexpected);
  }
}

/**
 * Puts a file in place so that a reader, or a machine that loses power, finds the old bytes or the new ones: written
 * elsewhere, brought to the disk, read back, checked, renamed, and the folder brought to the disk.
 * @param temporaryPath on the same file system, in a folder that exists
 * @param check throws where the bytes read back are not what they should be
 * @throws ToolError where the file system refuses
 */
export async function putDurably(
  path: string,
  bytes: Uint8Array,
  temporaryPath: string,
  check: (readBack: Uint8Array) => void = () => undefined,
): Promise<void> {
  try {
    const file = await open(temporaryPath, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    const readBack = await readFile(temporaryPath);
    if (!readBack.equals(bytes)) throw new Error('what was read back is not what was written; is the disk failing?');
    check(readBack);
    await moveDurably(temporaryPath, path);
  } catch (error) {
    throw explainSystemError(error, 'write', path, EXIT.unexpected);
  }
}

/**
 * Puts a file that is on the disk in place of another, in folders that are made where they are missing.
 * @throws ToolError where the file system refuses
 */
export async function moveDurably(temporaryPath: string, path: string): Promise<void> {
  try {
    const created = await mkdir(dirname(path), { recursive: true });
    await rename(temporaryPath, path);
    await syncFolder(dirname(path));
    if (created !== undefined) await syncFolder(dirname(created));
  } catch (error) {
    throw explainSystemError(error, 'write', path, EXIT.unexpected);
  }
}

/** Brings a folder's entries to the disk. Where folders cannot be opened (Windows) the rename is durable by itself. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  try {
    await folder?.sync();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'EPERM' && code !== 'EINVAL' && code !== 'EISDIR') throw error;
  } finally {
    await folder?.close();
  }
}

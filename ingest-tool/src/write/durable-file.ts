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

/** How much of a file is read back at a time. */
const CHUNK_BYTES = 1 << 20;

/**
 * Puts a file in place so that a reader, or a machine that loses power, finds the old bytes or the new ones: written
 * elsewhere, brought to the disk, read back, checked, renamed, and the folder brought to the disk.
 * @param temporaryPath on the same file system, in a folder that exists
 * @param check throws where the bytes, which are on the disk by then, are not what they should be
 * @throws ToolError where the file system refuses
 */
export async function putDurably(
  path: string,
  bytes: Uint8Array,
  temporaryPath: string,
  check: (bytes: Uint8Array) => void = () => undefined,
): Promise<void> {
  try {
    const file = await open(temporaryPath, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await holds(temporaryPath, bytes)))
      throw new Error('what was read back is not what was written; is the disk failing?');
    check(bytes);
    await moveDurably(temporaryPath, path);
  } catch (error) {
    throw explainSystemError(error, 'write', path, EXIT.unexpected);
  }
}

/** Whether a file holds these bytes and no others. */
async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes.length + 1));
    let done = 0;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, done);
      if (bytesRead === 0) return done === bytes.length;
      if (!chunk.subarray(0, bytesRead).equals(bytes.subarray(done, done + bytesRead))) return false;
      done += bytesRead;
    }
  } finally {
    await file.close();
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

import { createBytePack, type BytePack, type PackFile } from './byte-pack';
import { gatherWrites } from './gathered-writes';

const FOLDER = 'tidelake-bytes';
const FILES = 8;

/** Milliseconds that bytes wait for others at most; they are written before the answer that they were fetched for is given. */
const WRITE_AFTER = 250;

/** Bytes on disk at most, over all files. */
const MOST_BYTES = 512 << 20;

/** Share of what the browser grants the site at most: other things may want to be stored, too. */
const SHARE_OF_QUOTA = 0.2;

/** Milliseconds to wait before each further try: a page that is reloaded may find the files still held by itself. */
const PAUSES = [50, 100, 200, 400];

/**
 * Opens the pack of this site in the browser's private file system. It works in workers only, and only for the first tab:
 * the files are held by whoever opens them.
 * @returns undefined where there is no such file system, or another tab has the files
 */
export async function openOpfsPack(): Promise<BytePack | undefined> {
  if (!('storage' in navigator) || !('getDirectory' in navigator.storage)) return undefined;
  for (const pause of [...PAUSES, undefined]) {
    try {
      return createBytePack(await openFiles(), (await mostBytes()) / FILES);
    } catch {
      if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return undefined;
}

async function openFiles(): Promise<PackFile[]> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const files: PackFile[] = [];
  try {
    for (let index = 0; index < FILES; index++) {
      const file = await openFile(await folder.getFileHandle(`${index}.pack`, { create: true }));
      files.push(gatherWrites(file, (work) => setTimeout(work, WRITE_AFTER)));
    }
    return files;
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
}

/** TypeScript's library for pages does not know what handles can do in workers. */
async function openFile(handle: FileSystemFileHandle & { createSyncAccessHandle?: () => Promise<PackFile> }) {
  if (!handle.createSyncAccessHandle) throw new TypeError('no synchronous handles here');
  return handle.createSyncAccessHandle();
}

async function mostBytes(): Promise<number> {
  const { quota } = await navigator.storage.estimate();
  return Math.min(MOST_BYTES, (quota ?? MOST_BYTES) * SHARE_OF_QUOTA);
}

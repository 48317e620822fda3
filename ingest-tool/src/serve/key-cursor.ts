import { readdir } from 'node:fs/promises';
import { systemErrorCode } from '../tool-error';
import { compareKeys } from './key-order';
import { resolveServed } from './served-file';
import { isServedKey } from './served-key';

/** The part of a bucket to walk. */
export interface KeyWindow {
  prefix: string;
  /** Only keys after this one. */
  after: string;
}

/** One name in a folder; `key` is its full key, which for a folder ends in `/`. */
interface FolderEntry {
  key: string;
  isFolder: boolean;
}

/** Names the entries of a folder, given its path on disk. */
export type FolderReader = (folder: string) => Promise<{ name: string; isFolder: boolean; isFile: boolean }[]>;

/** Reads a folder from disk. One that has just gone is empty, as it would be in a bucket. */
export async function readFolder(folder: string): ReturnType<FolderReader> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory(), isFile: entry.isFile() }));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * Walks a folder as if it were a bucket: its keys one by one in UTF-8 order, reading a folder only when the walk enters it,
 * and entering only folders that can hold a key of the window.
 *
 * A folder sorts by its name with the `/` that its keys have, since `a-b/x` comes before `a/x`.
 */
export class KeyCursor {
  readonly #root: string;
  readonly #window: KeyWindow;
  readonly #readFolder: FolderReader;
  /** Folders entered, innermost last, each with what is left of it, in reverse order. */
  readonly #open: FolderEntry[][] = [];
  #skipped: string | undefined;
  #started = false;

  /** @param root the real path of the folder */
  constructor(root: string, window: KeyWindow, reader: FolderReader = readFolder) {
    this.#root = root;
    this.#window = window;
    this.#readFolder = reader;
  }

  /** The next key, or undefined at the end. */
  async next(): Promise<string | undefined> {
    if (!this.#started) {
      this.#started = true;
      await this.#enter(this.#window.prefix.slice(0, this.#window.prefix.lastIndexOf('/') + 1));
    }
    for (let entries = this.#open.at(-1); entries !== undefined; entries = this.#open.at(-1)) {
      const entry = entries.pop();
      if (entry === undefined) this.#open.pop();
      else if (!this.#mayHold(entry)) continue;
      else if (entry.isFolder) await this.#enter(entry.key);
      else return entry.key;
    }
    return undefined;
  }

  /** Passes over every key that starts with this text, which must not be before the last key given. */
  skipPrefix(prefix: string): void {
    this.#skipped = prefix;
  }

  async #enter(folder: string): Promise<void> {
    const onDisk = await resolveServed(this.#root, folder);
    if (onDisk === undefined) return;
    const entries: FolderEntry[] = [];
    for (const { name, isFolder, isFile } of await this.#readFolder(onDisk)) {
      const entry = { key: isFolder ? `${folder}${name}/` : `${folder}${name}`, isFolder };
      if ((isFolder || isFile) && this.#mayHold(entry) && isServedKey(entry.key)) entries.push(entry);
    }
    this.#open.push(entries.sort((a, b) => compareKeys(b.key, a.key)));
  }

  /** Whether a file is a key of the window, or a folder may hold one. */
  #mayHold({ key, isFolder }: FolderEntry): boolean {
    const { prefix, after } = this.#window;
    if (this.#skipped !== undefined && key.startsWith(this.#skipped)) return false;
    if (!key.startsWith(prefix) && !(isFolder && prefix.startsWith(key))) return false;
    return compareKeys(key, after) > 0 || (isFolder && after.startsWith(key));
  }
}

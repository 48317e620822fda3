import { compareUtf8 } from '../lake/literal';
import type { ChosenFile } from './lake-source';

/** Files of this machine by their keys. */
export interface LocalFiles {
  /**
   * Keys in the order of their UTF-8 bytes: at least all that begin with `prefix`. Unless `deep`, only those right there
   * need to be among them, and folders stand for what is below them, with a final `/`.
   */
  keys(prefix: string, deep: boolean): Promise<readonly string[]>;
  /** Undefined where there is none. */
  open(key: string): Promise<File | undefined>;
}

/** Files that an input or a drop gave all at once. The folder that is common to all paths is not part of the keys. */
export function holdChosenFiles(files: readonly ChosenFile[]): LocalFiles {
  const [first] = files;
  const folder = first && /^[^/]+\//.exec(first.path)?.[0];
  const isCommon = folder !== undefined && !folder.includes('=') && files.every(({ path }) => path.startsWith(folder));
  const byKey = new Map(files.map(({ path, file }) => [isCommon ? path.slice(folder.length) : path, file]));
  const sorted = [...byKey.keys()].sort(compareUtf8);
  return {
    keys: () => Promise.resolve(sorted),
    open: (key) => Promise.resolve(byKey.get(key)),
  };
}

/** A folder behind a handle. Each of its folders is read when a listing first comes to it. */
export function holdFolder(root: FileSystemDirectoryHandle): LocalFiles {
  const entries = new Map<string, Promise<FileSystemHandle[]>>();

  function read(path: string, folder: FileSystemDirectoryHandle): Promise<FileSystemHandle[]> {
    const known = entries.get(path);
    if (known) return known;
    const reading = entriesOf(folder);
    reading.catch(() => entries.delete(path));
    entries.set(path, reading);
    return reading;
  }

  async function folderAt(segments: readonly string[]): Promise<FileSystemDirectoryHandle | undefined> {
    let folder = root;
    let path = '';
    for (const segment of segments) {
      const next = (await read(path, folder)).find(({ name, kind }) => name === segment && kind === 'directory');
      if (!(next instanceof FileSystemDirectoryHandle)) return undefined;
      folder = next;
      path += `${segment}/`;
    }
    return folder;
  }

  async function collect(path: string, folder: FileSystemDirectoryHandle, deep: boolean): Promise<string[]> {
    const nested = (await read(path, folder)).map((entry) => {
      if (entry.kind === 'file') return [path + entry.name];
      const below = `${path}${entry.name}/`;
      return deep && entry instanceof FileSystemDirectoryHandle ? collect(below, entry, deep) : [below];
    });
    return (await Promise.all(nested)).flat();
  }

  return {
    async keys(prefix, deep) {
      const segments = prefix.split('/').slice(0, -1);
      const folder = await folderAt(segments);
      if (!folder) return [];
      const path = segments.map((segment) => `${segment}/`).join('');
      return (await collect(path, folder, deep)).sort(compareUtf8);
    },
    async open(key) {
      const segments = key.split('/');
      const name = segments.pop() ?? '';
      const folder = await folderAt(segments);
      const entries = folder ? await read(segments.map((segment) => `${segment}/`).join(''), folder) : [];
      const entry = entries.find((other) => other.name === name && other.kind === 'file');
      return entry instanceof FileSystemFileHandle ? entry.getFile() : undefined;
    },
  };
}

async function entriesOf(folder: FileSystemDirectoryHandle): Promise<FileSystemHandle[]> {
  const entries: FileSystemHandle[] = [];
  for await (const entry of folder.values()) entries.push(entry);
  return entries;
}

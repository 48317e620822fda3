import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CONFLICTS_FOLDER, isDataPath, PARTITION_FILE } from '@tidelake/lake-format';
import { etagOf, type FolderSwapper } from '../publish/folder-swapper';
import { putDurably, readIfThere } from './durable-file';
import { checkParquet } from './parquet-bytes';
import type { FileBytes } from './partition-merger';

/** A data file that was read, with its size and time as text. */
export interface ReadFile extends FileBytes {
  etag: string;
}

/** What a file is told by when it is replaced. */
export type FileVersion = Pick<ReadFile, 'path' | 'etag'>;

/** The files of partitions. What is read of a folder is what stands there before or after its replacement, never between. */
export class PartitionFiles {
  readonly #root: string;
  readonly #swapper: FolderSwapper;
  readonly #temporaryFolder: string;
  readonly #turns = new Map<string, Promise<unknown>>();
  #serial = 0;

  constructor(root: string, swapper: FolderSwapper, temporaryFolder: string) {
    this.#root = root;
    this.#swapper = swapper;
    this.#temporaryFolder = temporaryFolder;
  }

  /**
   * The data files of a folder; none where there is no such folder.
   * @throws ToolError where one cannot be read
   */
  read(folder: string): Promise<ReadFile[]> {
    return this.#inTurn(folder, () => readPartition(this.#root, folder));
  }

  /**
   * Puts one file in place of a folder's. It takes its name by a rename; files of other names, such as compacted ones, go in
   * the same step.
   * @throws ToolError where the file system refuses
   */
  replace(folder: string, before: readonly FileVersion[], bytes: Uint8Array, rows: number): Promise<void> {
    return this.#inTurn(folder, () => this.#replace(folder, before, bytes, rows));
  }

  /** The file of the rows of a folder that were not kept. @throws ToolError where it cannot be read */
  readLost(folder: string): Promise<FileBytes | undefined> {
    return readLost(this.#root, folder);
  }

  /**
   * Puts the rows of a folder that were not kept in place of those that were not so far.
   * @param lost undefined to remove them
   * @throws ToolError where the file system refuses
   */
  async putLost(folder: string, lost: { bytes: Uint8Array; rows: number } | undefined): Promise<void> {
    const path = join(this.#root, lostPath(folder));
    if (lost === undefined) {
      await rm(path, { force: true });
      return;
    }
    const temporaryPath = join(this.#temporaryFolder, `${this.#serial++}.parquet`);
    await putDurably(path, lost.bytes, temporaryPath, (written) => checkParquet(written, lost.rows));
  }

  #inTurn<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(folder) ?? Promise.resolve()).then(work);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(folder) === settled) this.#turns.delete(folder);
      });
    this.#turns.set(folder, settled);
    return turn;
  }

  async #replace(folder: string, before: readonly FileVersion[], bytes: Uint8Array, rows: number): Promise<void> {
    const path = `${folder}/${PARTITION_FILE}`;
    const temporaryPath = join(this.#temporaryFolder, `${this.#serial++}.parquet`);
    const isAlone = before.every((file) => file.path === path);
    const target = isAlone ? join(this.#root, path) : this.#swapper.madePath(path);
    if (!isAlone) {
      await mkdir(dirname(target), { recursive: true });
      await rm(target, { force: true });
    }
    await putDurably(target, bytes, temporaryPath, (written) => checkParquet(written, rows));
    if (isAlone) return;
    const removed = before.map((file) => ({ path: file.path, etag: file.etag }));
    await this.#swapper.swap([{ folder, added: [path], removed }], null);
  }
}

/** Where the rows of a folder are that were not kept; both relative to the lake's root. */
export function lostPath(folder: string): string {
  return [CONFLICTS_FOLDER, ...(folder === '' ? [] : [folder]), PARTITION_FILE].join('/');
}

/**
 * The file of the rows of a folder that were not kept; undefined where there is none.
 * @throws ToolError where it cannot be read
 */
export async function readLost(root: string, folder: string): Promise<FileBytes | undefined> {
  const path = lostPath(folder);
  const bytes = await readIfThere(join(root, path));
  return bytes && { path, bytes };
}

/**
 * The data files of a folder, as they are while nobody writes; none where there is no such folder.
 * @param root of the lake
 * @throws ToolError where one cannot be read
 */
export async function readPartition(root: string, folder: string): Promise<ReadFile[]> {
  const names = await readdir(join(root, folder)).catch(() => []);
  const files: ReadFile[] = [];
  for (const name of names.filter(isDataPath).sort()) {
    const path = `${folder}/${name}`;
    const facts = await stat(join(root, path), { bigint: true });
    const bytes = await readIfThere(join(root, path));
    if (bytes !== undefined) files.push({ path, bytes, etag: etagOf(facts) });
  }
  return files;
}

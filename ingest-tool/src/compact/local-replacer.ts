import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FolderSwapper, type PublishChange } from '../publish/folder-swapper';
import { LakeLock } from '../publish/lake-lock';
import { checkParquet } from '../write/parquet-bytes';
import { putDurably } from '../write/durable-file';
import type { FolderReplacer, MadeFile } from './folder-replacer';
import { swapsOf, withoutNesting, type PreparedFolder } from './prepared-folders';

/** Replaces folders of a lake on this machine, holding its lock. */
export class LocalReplacer implements FolderReplacer {
  readonly #root: string;
  readonly #lock: LakeLock;
  readonly #swapper: FolderSwapper;
  readonly #archive: string | null;
  #serial = 0;

  private constructor(root: string, lock: LakeLock, swapper: FolderSwapper, archive: string | null) {
    this.#root = root;
    this.#lock = lock;
    this.#swapper = swapper;
    this.#archive = archive;
  }

  /**
   * Takes the lake's lock, and ends what an interrupted writer began.
   * @param archive absolute path of the folder for originals; null to remove them
   * @throws ToolError where another writer is at work
   */
  static async open(root: string, publish: PublishChange | undefined, archive: string | null): Promise<LocalReplacer> {
    const lock = await LakeLock.acquire(root);
    try {
      return new LocalReplacer(root, lock, await FolderSwapper.open(root, publish), archive);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async isAtomic(): Promise<boolean> {
    return await this.#swapper.isAtomic();
  }

  /** A folder on the lake's own file system. */
  get temporaryFolder(): string {
    return this.#lock.temporaryFolder;
  }

  async prepare({ path, bytes }: MadeFile): Promise<void> {
    const made = this.#swapper.madePath(path);
    await mkdir(dirname(made), { recursive: true });
    await rm(made, { force: true });
    await this.#putDurably(made, bytes);
  }

  async put({ path, bytes }: MadeFile): Promise<void> {
    await this.#putDurably(join(this.#root, path), bytes);
  }

  async replace(groups: readonly (readonly PreparedFolder[])[]): Promise<void> {
    const swaps = withoutNesting(groups.flatMap(swapsOf));
    if (swaps.length > 0) await this.#swapper.swap(swaps, this.#archive);
  }

  async #putDurably(path: string, bytes: Uint8Array): Promise<void> {
    const temporaryPath = join(this.temporaryFolder, `${this.#serial++}.parquet`);
    await putDurably(path, bytes, temporaryPath, (written) => checkParquet(written));
  }

  async close(): Promise<void> {
    await this.#swapper.close();
    await this.#lock.release();
  }
}

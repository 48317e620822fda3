import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AHEAD_FOLDER, SWAP_FOLDER } from '@tidelake/lake-format';
import { EXIT, explainSystemError, systemErrorCode } from '../tool-error';
import { syncFolder } from '../write/durable-file';
import { findExchange, type FolderExchange } from './folder-exchange';
import {
  readJournal,
  removeJournal,
  removePrepared,
  writeJournal,
  type FolderSwap,
  type SwapJournal,
} from './swap-journal';

/** Tells a lake's manifest which data files there are now; each call takes effect in one step. */
export type PublishChange = (change: { added: readonly string[]; removed: readonly string[] }) => Promise<void>;

/**
 * Replaces folders of a lake by prepared ones. Each is exchanged in one step where the system can: who lists the folder
 * finds the old files or the new ones. A journal is written first; an interrupted writer's is carried out by the next one.
 *
 * Where there is a manifest, its readers see the change in one step as well, though two names cannot be replaced at
 * once: first it names the new files where they are prepared, then, after the exchange, where they are for good.
 */
export class FolderSwapper {
  readonly #root: string;
  readonly #publish: PublishChange | undefined;
  #exchange: Promise<FolderExchange | undefined> | undefined;
  /** There is one journal, so one swap waits for the other. */
  #last: Promise<void> = Promise.resolve();

  private constructor(root: string, publish: PublishChange | undefined) {
    this.#root = root;
    this.#publish = publish;
  }

  /**
   * Carries out what an interrupted writer announced, and removes what it did not. The lake's lock must be held.
   * @param publish where the lake has a manifest
   */
  static async open(root: string, publish: PublishChange | undefined): Promise<FolderSwapper> {
    const swapper = new FolderSwapper(root, publish);
    const journal = await readJournal(root);
    if (journal !== undefined) await swapper.#carryOut(journal);
    await removePrepared(root);
    return swapper;
  }

  /** Whether readers who list folders see each of them change in one step. */
  async isAtomic(): Promise<boolean> {
    return (await this.#findExchange()) !== undefined;
  }

  /** Where a file of the lake is to be put so that {@link swap} takes it over: an absolute path. */
  madePath(path: string): string {
    return join(this.#root, SWAP_FOLDER, 'made', path);
  }

  /**
   * Replaces folders; files that the prepared ones lack and that are not removed stay, whenever they came.
   * @param swaps folders of which none lies within another; their new files are at {@link madePath}, brought to the disk
   * @param archive absolute path of a folder for originals; null to remove them
   */
  async swap(swaps: readonly FolderSwap[], archive: string | null): Promise<void> {
    const turn = this.#last.then(() => this.#swap(swaps, archive));
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async #swap(swaps: readonly FolderSwap[], archive: string | null): Promise<void> {
    try {
      for (const each of swaps) await this.#complete(each);
      const journal: SwapJournal = { version: 1, swaps: [...swaps], archive };
      await writeJournal(this.#root, journal);
      await this.#carryOut(journal);
    } catch (error) {
      throw explainSystemError(error, 'replace folders of', this.#root, EXIT.unexpected);
    }
  }

  /** Removes what is left of the preparations. */
  async close(): Promise<void> {
    await removePrepared(this.#root);
  }

  /** Fills a new folder: with what was made for it, and with what stays, as second names of the same bytes. */
  async #complete({ folder, added, removed }: FolderSwap): Promise<void> {
    const gone = new Set(removed.map(({ path }) => path));
    await mkdir(this.#newPath(folder), { recursive: true });
    for (const path of added) {
      await mkdir(dirname(this.#newPath(path)), { recursive: true });
      await rename(this.madePath(path), this.#newPath(path));
      await syncFolder(dirname(this.#newPath(path)));
    }
    for (const path of await filesBelow(this.#root, folder)) {
      if (!gone.has(path)) await secondName(join(this.#root, path), this.#newPath(path));
    }
    await syncFolder(this.#newPath(folder));
  }

  async #carryOut({ swaps, archive }: SwapJournal): Promise<void> {
    const added = swaps.flatMap((each) => each.added);
    const removed = swaps.flatMap((each) => each.removed.map(({ path }) => path));
    const ahead = (path: string): string => `${AHEAD_FOLDER}/${path}`;
    const isAhead = this.#publish !== undefined && !(await this.#areSwapped(swaps));
    if (isAhead) {
      for (const path of added) await secondName(this.#newPath(path), join(this.#root, ahead(path)));
      await this.#publish?.({ added: added.map(ahead), removed });
    }
    for (const each of swaps) await this.#exchangeFolder(each);
    await this.#publish?.({ added, removed: [...added.map(ahead), ...removed] });
    for (const each of swaps) await this.#disposeOf(each, archive);
    await rm(join(this.#root, AHEAD_FOLDER), { recursive: true, force: true });
    await removeJournal(this.#root);
  }

  async #areSwapped(swaps: readonly FolderSwap[]): Promise<boolean> {
    for (const each of swaps) if (!(await this.#isSwapped(each))) return false;
    return true;
  }

  async #isSwapped({ added, removed, folder }: FolderSwap): Promise<boolean> {
    if (!(await exists(join(this.#root, folder)))) return false;
    const gone = removed.find(({ path }) => !added.includes(path));
    if (gone !== undefined) return !(await exists(join(this.#root, gone.path)));
    const [come] = added;
    return come === undefined || (await exists(join(this.#root, come)));
  }

  async #exchangeFolder(swap: FolderSwap): Promise<void> {
    const [live, prepared, old] = [
      join(this.#root, swap.folder),
      this.#newPath(swap.folder),
      this.#oldPath(swap.folder),
    ];
    await mkdir(dirname(old), { recursive: true });
    if (!(await this.#isSwapped(swap))) {
      const exchange = await this.#findExchange();
      if (exchange !== undefined && (await exists(live))) await exchange(prepared, live);
      else {
        if (await exists(live)) await rename(live, old);
        await mkdir(dirname(live), { recursive: true });
        await rename(prepared, live);
      }
      await syncFolder(dirname(live));
    }
    if (await exists(prepared)) await rename(prepared, old);
    await this.#rescue(swap);
  }

  /** Brings over what came into the old folder after it was read, such as a collector's next file. */
  async #rescue({ folder, removed }: FolderSwap): Promise<void> {
    const read = new Map(removed.map(({ path, etag }) => [path, etag]));
    for (const below of await filesBelow(this.#oldPath(folder), '')) {
      const path = `${folder}/${below}`;
      const [old, live] = [join(this.#oldPath(folder), below), join(this.#root, path)];
      const facts = await stat(old, { bigint: true });
      const there = await stat(live, { bigint: true }).catch(() => undefined);
      if (read.get(path) === etagOf(facts) || (there?.ino === facts.ino && there.dev === facts.dev)) continue;
      // Without hard links what stays is a copy, which has the size but not the number of the original.
      if (!read.has(path) && there?.size === facts.size) continue;
      await mkdir(dirname(live), { recursive: true });
      await rename(old, live);
      await syncFolder(dirname(live));
    }
  }

  async #disposeOf({ folder, removed }: FolderSwap, archive: string | null): Promise<void> {
    const old = this.#oldPath(folder);
    for (const { path } of archive === null ? [] : removed) {
      const from = join(old, path.slice(folder.length + 1));
      if (archive !== null && (await exists(from))) await moveDurably(from, join(archive, path));
    }
    await rm(old, { recursive: true, force: true });
  }

  #findExchange(): Promise<FolderExchange | undefined> {
    return (this.#exchange ??= findExchange(join(this.#root, SWAP_FOLDER)));
  }

  #newPath(path: string): string {
    return join(this.#root, SWAP_FOLDER, 'new', path);
  }

  #oldPath(folder: string): string {
    return join(this.#root, SWAP_FOLDER, 'old', folder);
  }
}

/** Size and time of a file, as text: what `StoredObject.etag` is of a file on this machine. */
export function etagOf({ size, mtimeNs }: { size: bigint; mtimeNs: bigint }): string {
  return `${size}-${mtimeNs}`;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** All files below a folder, hidden ones too, relative to the root. */
async function filesBelow(root: string, folder: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
  const below: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) below.push(...(await filesBelow(root, path)));
    else below.push(path);
  }
  return below;
}

/** Gives a file a second name; where the file system has no hard links, a copy. */
async function secondName(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return;
    if (code === 'ENOENT' && !(await exists(from))) return;
    await copyFile(from, to);
  }
}

/** Moves a file, to another file system by a copy that is compared first. */
async function moveDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if (systemErrorCode(error) !== 'EXDEV') throw error;
    await copyFile(from, to);
    const [one, other] = await Promise.all([stat(from), stat(to)]);
    if (one.size !== other.size) throw new Error(`${to} is not what ${from} is`, { cause: error });
  }
  await syncFolder(dirname(to));
}

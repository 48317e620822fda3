import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { LOCK_PATH, TEMPORARY_FOLDER } from '@tidelake/lake-format';
import { z } from 'zod';
import { EXIT, explainSystemError, systemErrorCode, ToolError } from '../tool-error';

const holder = z.object({ pid: z.int(), host: z.string(), started: z.string() });
type Holder = z.infer<typeof holder>;

/**
 * The right to write to a lake, and a folder for what is not finished. There is one at a time; one left by a process
 * that is gone is taken over, and what it left unfinished is removed.
 */
export class LakeLock {
  /** An empty folder on the lake's own file system. */
  readonly temporaryFolder: string;
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string, temporaryFolder: string) {
    this.#path = path;
    this.#text = text;
    this.temporaryFolder = temporaryFolder;
  }

  /**
   * @param root the lake; its folder is made where it is missing
   * @throws ToolError where another writer is at work, or the folder cannot be written to
   */
  static async acquire(root: string): Promise<LakeLock> {
    const path = join(root, LOCK_PATH);
    const own: Holder = { pid: process.pid, host: hostname(), started: processStart(process.pid) };
    const text = `${JSON.stringify(own)}\n`;
    try {
      await mkdir(dirname(path), { recursive: true });
      for (let attempt = 0; !(await create(path, text)); attempt++) await takeOver(path, attempt);
      const unfinished = join(root, TEMPORARY_FOLDER);
      await rm(unfinished, { recursive: true, force: true });
      const temporaryFolder = join(unfinished, String(process.pid));
      await mkdir(temporaryFolder, { recursive: true });
      return new LakeLock(path, text, temporaryFolder);
    } catch (error) {
      throw explainSystemError(error, 'write to the lake at', root, EXIT.unexpected);
    }
  }

  /** Removes the temporary folder and gives the lake free. */
  async release(): Promise<void> {
    await rm(dirname(this.temporaryFolder), { recursive: true, force: true });
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    if (text === this.#text) await unlink(this.#path);
  }
}

/** Creates the lock with its content in one step: a reader never sees it empty. */
async function create(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    // Some network and USB file systems have no hard links.
    return await writeFile(path, text, { flag: 'wx' }).then(
      () => true,
      (again: unknown) => {
        if (systemErrorCode(again) === 'EEXIST') return false;
        throw again;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes a lock whose process is gone. */
async function takeOver(path: string, attempt: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const parsed = holder.safeParse(safeJson(text));
  if ((parsed.success && isAlive(parsed.data)) || attempt > 3) {
    const who = parsed.success ? `process ${parsed.data.pid} on ${parsed.data.host}` : 'another process';
    throw new ToolError(
      EXIT.unexpected,
      `The lake is being written by ${who}`,
      `Wait until it is done. If nothing is running there any more, remove ${path}.`,
    );
  }
  // Moved aside first: of two processes that both found it stale, one would otherwise remove the other's new lock.
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  });
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the holder still runs. A process on another machine is taken to run, as nothing here can tell. */
function isAlive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH') return false;
  }
  return started === '' || processStart(pid) === started;
}

/** When a process started, as Linux counts: tells it from a later one that was given the same number. Else empty. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

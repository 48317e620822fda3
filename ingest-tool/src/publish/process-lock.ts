import { readFileSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { systemErrorCode } from '../tool-error';

const holder = z.object({ pid: z.int(), host: z.string(), started: z.string() });
type Holder = z.infer<typeof holder>;

/** A file that says which process has something to itself; one left by a process that is gone is taken over. */
export class ProcessLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /**
   * Takes the lock, or tells in words who has it.
   * @param path in a folder that exists
   * @throws the file system's errors
   */
  static async take(path: string): Promise<ProcessLock | { holder: string }> {
    const own: Holder = { pid: process.pid, host: hostname(), started: processStart(process.pid) };
    const text = `${JSON.stringify(own)}\n`;
    for (let attempt = 0; !(await create(path, text)); attempt++) {
      const other = await takeOver(path, attempt);
      if (other !== undefined) return { holder: other };
    }
    await sweepDrafts(path);
    return new ProcessLock(path, text);
  }

  /** Gives it back, unless someone else has it by now. */
  async release(): Promise<void> {
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

/** Removes what processes left that were killed while they made or took over a lock. */
async function sweepDrafts(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(`${basename(path)}.`)
      ? /^(?:stale\.)?(\d+)$/.exec(name.slice(basename(path).length + 1))?.[1]
      : undefined;
    if (pid === undefined || Number(pid) === process.pid) continue;
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    const parsed = holder.safeParse(safeJson(text));
    // One that was killed before it wrote its name is known by that of the file.
    const owner = parsed.success ? parsed.data : { pid: Number(pid), host: hostname(), started: '' };
    if (!isAlive(owner)) await rm(join(folder, name), { force: true });
  }
}

/** Removes a lock whose process is gone; tells in words who has one that is not. */
async function takeOver(path: string, attempt: number): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = holder.safeParse(safeJson(text));
  if ((parsed.success && isAlive(parsed.data)) || attempt > 3) {
    return parsed.success ? `process ${parsed.data.pid} on ${parsed.data.host}` : 'another process';
  }
  // Moved aside first: of two processes that both found it stale, one would otherwise remove the other's new lock.
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  });
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return undefined;
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

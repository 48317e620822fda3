import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcessLock } from './process-lock';

/** Above what Linux, macOS and Windows number processes by. */
const NOBODY = 2 ** 30;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidelake-lock-'));
});

afterEach(() => rm(folder, { recursive: true }));

const claim = (pid: number, host = hostname()) => JSON.stringify({ pid, host, started: '' });

describe('a process lock', () => {
  it('is had by one at a time, and given back', async () => {
    const path = join(folder, 'lock');
    const lock = await ProcessLock.take(path);
    expect(lock).toBeInstanceOf(ProcessLock);
    expect(await ProcessLock.take(path)).toEqual({ holder: `process ${process.pid} on ${hostname()}` });
    if (lock instanceof ProcessLock) await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('clears away what was left by processes killed on the way to it, and nothing of those that may live', async () => {
    await writeFile(join(folder, 'lock'), claim(NOBODY));
    await writeFile(join(folder, `lock.${NOBODY}`), claim(NOBODY));
    await writeFile(join(folder, `lock.${NOBODY - 1}`), '');
    await writeFile(join(folder, `lock.stale.${NOBODY}`), claim(NOBODY));
    await writeFile(join(folder, `lock.${NOBODY - 2}`), claim(NOBODY - 2, 'another-machine'));
    await writeFile(join(folder, 'lock.txt'), 'a note');
    expect(await ProcessLock.take(join(folder, 'lock'))).toBeInstanceOf(ProcessLock);
    expect((await readdir(folder)).sort()).toEqual(['lock', `lock.${NOBODY - 2}`, 'lock.txt']);
  });
});

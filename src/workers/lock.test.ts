import { describe, expect, it } from 'vitest';
import { delay } from '../sources/cancellation';
import { createLock } from './lock';

const never = new AbortController().signal;

describe('createLock', () => {
  it('runs one task at a time, in order, past those that fail', async () => {
    const lock = createLock();
    const seen: string[] = [];
    const task = (name: string, fails = false) =>
      lock(never, async () => {
        seen.push(`${name} in`);
        await delay(2, never);
        seen.push(`${name} out`);
        if (fails) throw new Error(name);
      });
    await Promise.allSettled([task('a'), task('b', true), task('c')]);
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('never starts a task whose signal is aborted while it waits, and says so at once', async () => {
    const lock = createLock();
    const leaving = new AbortController();
    let release: () => void = () => undefined;
    const first = lock(never, () => new Promise<void>((resolve) => (release = resolve)));
    let started = false;
    const second = lock(leaving.signal, async () => {
      started = true;
    });
    leaving.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    release();
    await first;
    await lock(never, () => Promise.resolve());
    expect(started).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { delay } from './cancellation';
import { emptyBag, runInLanes } from './fetch-pool';

const never = new AbortController().signal;

describe('runInLanes', () => {
  it('keeps the order of the items and never runs more than its lanes', async () => {
    let running = 0;
    let most = 0;
    const results = await runInLanes([5, 1, 4, 2, 3], 2, never, async (item, signal) => {
      most = Math.max(most, ++running);
      await delay(item, signal);
      running--;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('stops what is under way and starts nothing more after a failure', async () => {
    const started: number[] = [];
    const ended: string[] = [];
    const failing = runInLanes([0, 1, 2, 3], 2, never, async (item, signal) => {
      started.push(item);
      if (item === 0) throw new Error('first');
      await delay(10_000, signal).catch((error: { code: string }) => {
        ended.push(error.code);
        throw error;
      });
    });
    await expect(failing).rejects.toThrow('first');
    expect(started).toEqual([0, 1]);
    expect(ended).toEqual(['cancelled']);
  });

  it('ends as cancelled when it is aborted', async () => {
    const controller = new AbortController();
    const running = runInLanes([1, 2, 3], 1, controller.signal, (_, signal) => delay(10_000, signal));
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(runInLanes([1], 1, controller.signal, () => Promise.resolve())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('does nothing for nothing', async () => {
    expect(await runInLanes([], 4, never, () => Promise.resolve(1))).toEqual([]);
  });
});

describe('emptyBag', () => {
  it('does what work puts into the bag too, and never more than its lanes at a time', async () => {
    const seen: number[] = [];
    let running = 0;
    let most = 0;
    await emptyBag([{ depth: 0 }, { depth: 0 }], 3, never, async ({ depth }, signal) => {
      most = Math.max(most, ++running);
      await delay(1, signal);
      running--;
      seen.push(depth);
      return depth < 3 ? [{ depth: depth + 1 }, { depth: depth + 1 }] : [];
    });
    expect(seen).toHaveLength(2 + 4 + 8 + 16);
    expect(most).toBe(3);
  });

  it('stops at the first failure, and when it is aborted', async () => {
    let started = 0;
    const failing = emptyBag(
      Array.from({ length: 50 }, (_, index) => ({ index })),
      2,
      never,
      ({ index }) => {
        started++;
        return index === 3 ? Promise.reject(new Error('fourth')) : Promise.resolve([]);
      },
    );
    await expect(failing).rejects.toThrow('fourth');
    expect(started).toBeLessThan(8);
    const controller = new AbortController();
    controller.abort();
    await expect(emptyBag([{}], 2, controller.signal, () => Promise.resolve([]))).rejects.toMatchObject({
      code: 'cancelled',
    });
    await emptyBag([], 2, never, () => Promise.resolve([]));
  });
});

import { describe, expect, it } from 'vitest';
import { LakeError } from '../lake/lake-error';
import { delay } from './cancellation';
import type { Fetched, ObjectStore } from './object-store';
import { createLaneCount, limitRequests } from './request-lanes';

const never = new AbortController().signal;
const fetched = <Value>(value: Value, retries = 0): Fetched<Value> => ({ value, requests: 1, bytes: 1000, retries });

/** Answers at a rate in bytes per millisecond. */
function answer(count: ReturnType<typeof createLaneCount>, answers: number, from: number, rate: number, clean = true) {
  for (let i = 1; i <= answers; i++) count.answered({ clean, bytes: 1000, at: from + (i * 1000) / rate });
  return from + (answers * 1000) / rate;
}

describe('createLaneCount', () => {
  it('adds a lane each round of clean answers, up to a limit', () => {
    const count = createLaneCount();
    const start = count.limit();
    const at = answer(count, start, 0, 100);
    expect(count.limit()).toBe(start + 1);
    answer(count, 20_000, at, 100);
    expect(count.limit()).toBeGreaterThan(90);
    expect(count.limit()).toBeLessThan(100);
  });

  it('halves its lanes once for failures that come together, and never gives up all', () => {
    const count = createLaneCount();
    const start = count.limit();
    answer(count, 10, 0, 100, false);
    expect(count.limit()).toBe(start / 2);
    answer(count, 1000, 0, 100, false);
    expect(count.limit()).toBe(4);
  });

  it('takes lanes back where a round carries much less than the one before', () => {
    const count = createLaneCount();
    const at = answer(count, count.limit(), 0, 1000);
    const before = count.limit();
    answer(count, before, at, 100);
    expect(count.limit()).toBeLessThan(before);
  });

  it('keeps to what a browser sends at a time over HTTP/1.1, and to nothing else over HTTP/2', () => {
    const count = createLaneCount();
    const start = count.limit();
    count.spoken('h2');
    expect(count.limit()).toBe(start);
    count.spoken('http/1.1');
    expect(count.limit()).toBe(12);
    answer(count, 1000, 0, 100);
    expect(count.limit()).toBe(12);
  });
});

/** A store whose answers take a moment, with the order and number of requests under way on record. */
function slowStore(work: (key: string) => Promise<Fetched<Uint8Array>>) {
  const record = { order: [] as string[], most: 0 };
  let underWay = 0;
  async function answered<Value>(name: string, value: () => Promise<Fetched<Value>>) {
    record.order.push(name);
    record.most = Math.max(record.most, ++underWay);
    await delay(1, never);
    underWay--;
    return value();
  }
  const store: ObjectStore = {
    url: 'memory:',
    list: ({ prefix }) => answered(prefix, () => Promise.resolve(fetched({ objects: [], prefixes: [] }))),
    get: (key) => answered(key, () => work(key)),
  };
  return { store, record };
}

describe('limitRequests', () => {
  const two = { limit: () => 2, answered: () => undefined, spoken: () => undefined };

  it('never has more under way than there are lanes, and lists first', async () => {
    const { store, record } = slowStore(() => Promise.resolve(fetched(new Uint8Array())));
    const limited = limitRequests(store, two);
    const gets = ['a', 'b', 'c', 'd'].map((key) => limited.get(key, never));
    await Promise.all([...gets, limited.list({ prefix: 'folder' }, never)]);
    expect(record.order).toEqual(['a', 'b', 'folder', 'c', 'd']);
    expect(record.most).toBe(2);
  });

  it('drops what is still waiting when it is aborted, and goes on with the others', async () => {
    const { store, record } = slowStore(() => Promise.resolve(fetched(new Uint8Array())));
    const limited = limitRequests(store, two);
    const controller = new AbortController();
    const gets = ['a', 'b'].map((key) => limited.get(key, never));
    const dropped = limited.get('c', controller.signal);
    const kept = limited.get('d', never);
    controller.abort();
    await expect(dropped).rejects.toMatchObject({ code: 'cancelled' });
    await expect(limited.get('e', controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await Promise.all([...gets, kept]);
    expect(record.order).toEqual(['a', 'b', 'd']);
  });

  it('learns from throttling and not from a missing file', async () => {
    const failing = (code: 'throttled' | 'not-found') =>
      Promise.reject(new LakeError({ code, message: 'no', advice: 'none' }));
    const { store } = slowStore((key) => (key === 'gone' ? failing('not-found') : failing('throttled')));
    const count = createLaneCount();
    const start = count.limit();
    const limited = limitRequests(store, count);
    await expect(limited.get('gone', never)).rejects.toMatchObject({ code: 'not-found' });
    expect(count.limit()).toBe(start);
    await expect(limited.get('busy', never)).rejects.toMatchObject({ code: 'throttled' });
    expect(count.limit()).toBe(start / 2);
  });
});

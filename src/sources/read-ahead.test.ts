import { expect, it } from 'vitest';
import type { Fetched, ObjectStore } from './object-store';
import { createReadAhead } from './read-ahead';

const never = new AbortController().signal;

/** A store that counts what is asked of it, and fails for a key while it is told to. */
function countingStore() {
  const asked: string[] = [];
  const failing = new Set<string>();
  const get = (key: string): Promise<Fetched<Uint8Array>> => {
    asked.push(key);
    if (failing.has(key)) return Promise.reject(new Error('not now'));
    return Promise.resolve({ value: new Uint8Array(3), bytes: 3, requests: 1, retries: 0 });
  };
  const store: ObjectStore = { url: 'https://example.org/', get, list: () => Promise.reject(new Error('no listing')) };
  return { store, asked, failing };
}

it('gives what was fetched ahead once, and fetches again what failed or was given up', async () => {
  const { store: below, asked, failing } = countingStore();
  failing.add('b');
  const { store, begin, forget } = createReadAhead(below);
  await begin(['a', 'b', 'c'], never);
  failing.clear();
  expect((await store.get('a', never)).requests).toBe(1);
  expect((await store.get('b', never)).bytes).toBe(3);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
  await store.get('a', never);
  forget();
  await store.get('c', never);
  expect(asked.slice(4)).toEqual(['a', 'c']);
});

it('has parts of an object fetched as they are asked for, and nothing for somebody who has left', async () => {
  const { store: below, asked } = countingStore();
  const { store, begin } = createReadAhead(below);
  await begin(['a'], never);
  await store.get('a', never, { start: 0, end: 2 });
  expect(asked).toEqual(['a', 'a']);
  await expect(store.get('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});

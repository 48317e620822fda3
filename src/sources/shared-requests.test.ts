import { describe, expect, it } from 'vitest';
import { cancelledError } from './cancellation';
import type { Fetched, ObjectStore } from './object-store';
import { shareRequests } from './shared-requests';

/** A store whose gets are answered by hand. */
function manualStore() {
  const gets: { key: string; signal: AbortSignal; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const store: ObjectStore = {
    url: 'http://host/lake/',
    list: () => Promise.reject(new Error('not asked for')),
    get: (key, signal) =>
      new Promise<Fetched<Uint8Array>>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(cancelledError()));
        const answer = (text: string) =>
          resolve({ value: new TextEncoder().encode(text), requests: 1, bytes: text.length, retries: 1 });
        gets.push({ key, signal, answer, fail: reject });
      }),
  };
  return { store: shareRequests(store), gets };
}

const code = (promise: Promise<unknown>) => promise.then(() => 'ok').catch((error: { code?: string }) => error.code);

describe('shareRequests', () => {
  it('sends one request for callers who ask for the same thing, and only one of them pays', async () => {
    const { store, gets } = manualStore();
    const [a, b, c] = [new AbortController(), new AbortController(), new AbortController()];
    const answers = Promise.all([store.get('x', a.signal), store.get('x', b.signal), store.get('x', c.signal)]);
    expect(gets).toHaveLength(1);
    gets[0]?.answer('data');
    const costs = (await answers).map(({ requests, bytes, retries }) => [requests, bytes, retries]);
    expect(costs).toEqual([
      [1, 4, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('does not share different objects or ranges', () => {
    const { store, gets } = manualStore();
    const { signal } = new AbortController();
    void store.get('x', signal);
    void store.get('y', signal);
    void store.get('x', signal, { start: 0, end: 1 });
    void store.get('x', signal, { start: 0, end: 2 });
    expect(gets).toHaveLength(4);
  });

  it('goes on for the others when one loses interest, even the first, who then pays nothing', async () => {
    const { store, gets } = manualStore();
    const [a, b] = [new AbortController(), new AbortController()];
    const first = code(store.get('x', a.signal));
    const second = store.get('x', b.signal);
    a.abort();
    expect(await first).toBe('cancelled');
    expect(gets[0]?.signal.aborted).toBe(false);
    gets[0]?.answer('data');
    expect((await second).requests).toBe(1);
  });

  it('aborts the request when the last caller loses interest', async () => {
    const { store, gets } = manualStore();
    const [a, b] = [new AbortController(), new AbortController()];
    const both = Promise.all([code(store.get('x', a.signal)), code(store.get('x', b.signal))]);
    a.abort();
    b.abort();
    expect(await both).toEqual(['cancelled', 'cancelled']);
    expect(gets[0]?.signal.aborted).toBe(true);
  });

  it('starts anew for whoever asks after an abort, or after the answer', async () => {
    const { store, gets } = manualStore();
    const a = new AbortController();
    const first = code(store.get('x', a.signal));
    a.abort();
    const second = store.get('x', new AbortController().signal);
    expect(await first).toBe('cancelled');
    gets[1]?.answer('new');
    expect(new TextDecoder().decode((await second).value)).toBe('new');
    void store.get('x', new AbortController().signal);
    expect(gets).toHaveLength(3);
  });

  it('sends nothing for a caller whose signal is aborted already', async () => {
    const { store, gets } = manualStore();
    expect(await code(store.get('x', AbortSignal.abort()))).toBe('cancelled');
    expect(gets).toHaveLength(0);
  });

  it('tells every caller of a failure', async () => {
    const { store, gets } = manualStore();
    const { signal } = new AbortController();
    const both = Promise.allSettled([store.get('x', signal), store.get('x', signal)]);
    gets[0]?.fail(new Error('broken'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

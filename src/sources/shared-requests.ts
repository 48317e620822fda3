import { cancelledError, whenAborted } from './cancellation';
import type { Fetched, ObjectStore } from './object-store';

interface Shared<Value> {
  answer: Promise<Fetched<Value>>;
  controller: AbortController;
  callers: number;
  paid: boolean;
}

/**
 * Wraps a store so that callers who ask for the same thing at the same time share one request. It is aborted when the
 * last of them loses interest, not before; the first who gets the answer is told its cost, the others that it was free.
 */
export function shareRequests(store: ObjectStore): ObjectStore {
  const lists = createSharing((request: Parameters<ObjectStore['list']>[0], signal) => store.list(request, signal));
  const gets = createSharing(({ key, range }: { key: string; range: Parameters<ObjectStore['get']>[2] }, signal) =>
    store.get(key, signal, range),
  );
  return {
    url: store.url,
    list: lists,
    get: (key, signal, range) => gets({ key, range }, signal),
  };
}

function createSharing<Request, Value>(send: (request: Request, signal: AbortSignal) => Promise<Fetched<Value>>) {
  const underWay = new Map<string, Shared<Value>>();

  function start(id: string, request: Request): Shared<Value> {
    const controller = new AbortController();
    const answer = send(request, controller.signal);
    const shared = { answer, controller, callers: 0, paid: false };
    underWay.set(id, shared);
    const forget = () => {
      if (underWay.get(id) === shared) underWay.delete(id);
    };
    answer.then(forget, forget);
    return shared;
  }

  return async function ask(request: Request, signal: AbortSignal): Promise<Fetched<Value>> {
    if (signal.aborted) throw cancelledError();
    const id = JSON.stringify(request);
    const shared = underWay.get(id) ?? start(id, request);
    shared.callers++;
    return new Promise((resolve, reject) => {
      const forget = whenAborted(signal, () => {
        shared.callers--;
        if (shared.callers === 0) {
          // Whoever asks from now on needs a request that has not been stopped.
          if (underWay.get(id) === shared) underWay.delete(id);
          shared.controller.abort();
        }
        reject(cancelledError());
      });
      shared.answer
        .then((fetched) => {
          if (signal.aborted) return;
          resolve(shared.paid ? { ...fetched, requests: 0, bytes: 0, retries: 0 } : fetched);
          shared.paid = true;
        }, reject)
        .finally(forget);
    });
  };
}

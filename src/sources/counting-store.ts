import type { Fetched, ObjectStore } from './object-store';

/** What went over the network through a store since it was wrapped. Bytes are those of bodies. */
export interface RequestCount {
  list: number;
  get: number;
  bytes: number;
  retries: number;
}

/** Wraps a store and counts what its answers cost. */
export function countRequests(store: ObjectStore): { store: ObjectStore; count: RequestCount } {
  const count: RequestCount = { list: 0, get: 0, bytes: 0, retries: 0 };
  function add<Value>(purpose: 'list' | 'get', fetched: Fetched<Value>): Fetched<Value> {
    count[purpose] += fetched.requests;
    count.bytes += fetched.bytes;
    count.retries += fetched.retries;
    return fetched;
  }
  return {
    count,
    store: {
      url: store.url,
      list: async (request, signal) => add('list', await store.list(request, signal)),
      get: async (key, signal, range) => add('get', await store.get(key, signal, range)),
    },
  };
}

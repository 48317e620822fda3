import type { ListPage, ListRequest, ObjectStore } from './object-store';

/**
 * Wraps a store so that a page of a listing is asked for once: until the lake is opened again, a query sees the files
 * that earlier ones saw.
 */
export function cacheListings(store: ObjectStore): ObjectStore {
  const pages = new Map<string, ListPage>();
  return {
    url: store.url,
    get: (key, signal, range) => store.get(key, signal, range),
    async list(request: ListRequest, signal) {
      const id = JSON.stringify([request.prefix, request.delimiter, request.startAfter, request.continuationToken]);
      const known = pages.get(id);
      if (known) return { value: known, requests: 0, bytes: 0, retries: 0 };
      const fetched = await store.list(request, signal);
      pages.set(id, fetched.value);
      return fetched;
    },
  };
}

import { SMALL_FILES_AT_ONCE } from '../lake/limits';
import { throwIfCancelled } from './cancellation';
import { runInLanes } from './fetch-pool';
import type { Fetched, ObjectStore } from './object-store';

/** A store that can fetch objects before they are asked for. */
export interface ReadAhead {
  store: ObjectStore;
  /** Fetches whole objects; the store gives each of them once to who asks for it. What fails is fetched when it is asked for. */
  begin(keys: readonly string[], signal: AbortSignal): Promise<void>;
  /** Gives up what nobody has asked for. */
  forget(): void;
}

/** Wraps a store. Who asks for what was fetched ahead is told its cost, as if it were fetched then. */
export function createReadAhead(store: ObjectStore): ReadAhead {
  const ahead = new Map<string, Promise<Fetched<Uint8Array> | undefined>>();
  return {
    store: {
      ...store,
      async get(key, signal, range) {
        const known = range ? undefined : ahead.get(key);
        if (known === undefined) return store.get(key, signal, range);
        ahead.delete(key);
        const fetched = await known;
        throwIfCancelled(signal);
        return fetched ?? store.get(key, signal);
      },
    },
    async begin(keys, signal) {
      await runInLanes(keys, SMALL_FILES_AT_ONCE, signal, async (key, either) => {
        const fetching = store.get(key, either).catch(() => undefined);
        ahead.set(key, fetching);
        await fetching;
      });
    },
    forget: () => ahead.clear(),
  };
}

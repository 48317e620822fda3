import type { LakeFile } from '../lake/partition-walk';
import type { ObjectStore } from '../sources/object-store';

/** A store that tells of each answer about a file that came over the network, with the length of its body. */
export function tellingOf(
  store: ObjectStore,
  file: LakeFile,
  onFetched: (file: LakeFile, bytes: number) => void,
): ObjectStore {
  return {
    ...store,
    async get(key, signal, range) {
      const fetched = await store.get(key, signal, range);
      if (fetched.requests > 0) onFetched(file, fetched.bytes);
      return fetched;
    },
  };
}

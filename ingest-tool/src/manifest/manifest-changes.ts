import type { PublishChange } from '../publish/folder-swapper';
import { applyChanges } from './apply-changes';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';

const NO_SIGNAL = new AbortController().signal;

/**
 * How a lake's manifest is told of changes; in a lake that has none it does nothing.
 * A change that was begun is finished, whatever is aborted.
 */
export function manifestChanges(storage: LakeStorage): PublishChange {
  return async ({ added, removed }) => {
    const objects: StoredObject[] = [];
    for (const path of added) {
      for await (const page of storage.list(path, NO_SIGNAL)) objects.push(...page.filter(({ key }) => key === path));
    }
    const gone = removed.filter((path) => !added.includes(path));
    await applyChanges(storage, { added: objects, removed: gone }, NO_SIGNAL);
  };
}

import type { PublishChange } from '../publish/folder-swapper';
import { applyChanges } from '../manifest/apply-changes';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';

/**
 * How a lake's manifest is told of changes; in a lake that has none it does nothing.
 * @param signal is not meant for Ctrl-C: a change that was begun is finished
 */
export function manifestChanges(storage: LakeStorage, signal: AbortSignal): PublishChange {
  return async ({ added, removed }) => {
    const objects: StoredObject[] = [];
    for (const path of added) {
      for await (const page of storage.list(path, signal)) objects.push(...page.filter(({ key }) => key === path));
    }
    const gone = removed.filter((path) => !added.includes(path));
    await applyChanges(storage, { added: objects, removed: gone }, signal);
  };
}

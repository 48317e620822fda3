import { PARTITION_FILE } from '@tidelake/lake-format';
import { openStorage } from '../storage/open-storage';
import type { StoredObject } from '../storage/lake-storage';
import { applyChanges } from './apply-changes';

/**
 * Takes partitions that were written into the manifest of a local lake, if it has one.
 * @param folders of the partitions, below the lake's root; those without a file are taken to be gone
 * @throws ToolError where the manifest cannot be read or written
 */
export async function applyPartitions(lake: string, folders: readonly string[], signal: AbortSignal): Promise<void> {
  const storage = await openStorage(lake);
  const added: StoredObject[] = [];
  const removed: string[] = [];
  for (const folder of folders) {
    const key = `${folder}/${PARTITION_FILE}`;
    let found: StoredObject | undefined;
    for await (const page of storage.list(key, signal)) found ??= page.find((object) => object.key === key);
    if (found === undefined) removed.push(key);
    else added.push(found);
  }
  await applyChanges(storage, { added, removed }, signal);
}

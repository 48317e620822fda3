import { compareUtf8 } from '../../src/lake/literal';
import type { ListStep, WalkPage } from '../../src/lake/partition-walk';
import { advanceWalk, type LakeFile, type Walk } from '../../src/lake/partition-walk';

const sortedKeys = new WeakMap<string[], string[]>();

/** Answers a listing over a fixed set of keys, as S3 ListObjectsV2 does. */
export function listKeys(keys: string[], step: ListStep, pageSize = 1000): WalkPage {
  const all = sortedKeys.get(keys) ?? [...keys].sort(compareUtf8);
  sortedKeys.set(keys, all);
  const after = step.continuationToken ?? step.startAfter ?? '';
  const start = firstFrom(all, (key) => compareUtf8(key, step.prefix) >= 0 && compareUtf8(key, after) > 0);
  const page: WalkPage = { objects: [], prefixes: [] };
  let taken = 0;
  let last = '';
  for (let index = start; index < all.length; index += 1) {
    const key = all[index] ?? '';
    if (!key.startsWith(step.prefix)) break;
    const slash = step.delimiter === undefined ? -1 : key.indexOf('/', step.prefix.length);
    const folder = slash < 0 ? undefined : key.slice(0, slash + 1);
    const isKnown =
      folder !== undefined && (page.prefixes.includes(folder) || step.continuationToken?.startsWith(folder));
    if (isKnown === true) continue;
    if (taken === pageSize) return { ...page, continuationToken: last };
    taken += 1;
    // A folder is passed over as a whole.
    last = folder === undefined ? key : `${folder}\u{10FFFF}`;
    if (folder === undefined) page.objects.push({ key, size: 1, etag: '' });
    else page.prefixes.push(folder);
  }
  return page;
}

/** The first place in a sorted list from which on a test holds. */
function firstFrom(keys: string[], test: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(keys[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Walks a fixed set of keys to the end. */
export function walkKeys(keys: string[], start: { walk: Walk; steps: ListStep[] }, pageSize?: number) {
  const steps = [...start.steps];
  const files: LakeFile[] = [];
  const requests: ListStep[] = [];
  let pruned = 0;
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    requests.push(step);
    const progress = advanceWalk(start.walk, step, listKeys(keys, step, pageSize));
    files.push(...progress.files);
    steps.push(...progress.steps);
    pruned += progress.pruned;
  }
  return { files, requests, pruned };
}

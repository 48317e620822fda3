import type { LakeSchema } from '../lake/lake-schema';
import { advanceWalk, startWalk } from '../lake/partition-walk';
import type { LakeFile, WalkOptions } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { emptyBag } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import type { Progress } from './protocol';

/** Requests under way at once. A browser sends six of them to a host that speaks HTTP/1.1, and all of them over HTTP/2. */
const LANES = 32;

/** The files that rows fulfilling a condition may be in, and how many folders were passed over for it. */
export async function listFiles(
  { store, schema, walk: options }: { store: ObjectStore; schema: LakeSchema; walk: WalkOptions },
  where: Predicate,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<{ files: LakeFile[]; pruned: number }> {
  const { walk, steps } = startWalk(schema, where, options);
  const files: LakeFile[] = [];
  let pruned = 0;
  let done = 0;
  let total = steps.length;
  let bytes = 0;
  await emptyBag(steps, LANES, signal, async (step, either) => {
    const fetched = await store.list(step, either);
    const progress = advanceWalk(walk, step, fetched.value);
    files.push(...progress.files);
    pruned += progress.pruned;
    bytes += fetched.bytes;
    total += progress.steps.length;
    onProgress({ phase: 'list', done: ++done, total, bytes });
    return progress.steps;
  });
  return { files, pruned };
}

import { LakeError } from '../lake/lake-error';
import type { LakeFile } from '../lake/partition-walk';
import { runInLanes } from '../sources/fetch-pool';
import type { LoadedFile } from './chunk-loader';
import type { Phase } from './protocol';
import type { OpenLake, ScanOptions, Tally } from './scan';

/** Requests under way at once: a browser sends six of them to a host over HTTP/1.1, and all of them over HTTP/2. */
const LANES = 64;

/** Decoded bytes that are inserted at once: enough to make an insertion cheap, little enough to hold twice. */
const BATCH_BYTES = 32 << 20;

/**
 * Fetches files, decodes the columns asked for and makes them resident. Each file is decoded as soon as it is here, and
 * batches are inserted while others are still under way, so the phases of the receipt overlap.
 */
export async function loadFiles(
  lake: Pick<OpenLake, 'store' | 'cache' | 'decoder' | 'residency'>,
  groups: LakeFile[][],
  columns: string[],
  tally: Tally,
  { signal, onProgress }: ScanOptions,
): Promise<void> {
  const total = groups.flat().length;
  let done = 0;
  let bytes = 0;
  for (const group of groups) {
    await loadGroup(lake, group, columns, tally, signal, (phase, fetched = 0) => {
      if (phase === 'fetch') done++;
      bytes += fetched;
      onProgress({ phase, done, total, bytes });
    });
  }
}

async function loadGroup(
  lake: Pick<OpenLake, 'store' | 'cache' | 'decoder' | 'residency'>,
  files: LakeFile[],
  columns: string[],
  tally: Tally,
  signal: AbortSignal,
  report: (phase: Phase, fetched?: number) => void,
): Promise<void> {
  const { receipt } = tally;
  const filling = await lake.residency.fill(files, columns);
  const started = performance.now();
  let batch: LoadedFile[] = [];
  let batchBytes = 0;
  let inserted: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    const loaded = batch;
    batch = [];
    batchBytes = 0;
    if (loaded.length === 0) return inserted;
    inserted = inserted.then(async () => {
      const from = performance.now();
      await filling.add(loaded);
      receipt.phases.load += performance.now() - from;
    });
    // A lane that comes later is told of the failure; until then nobody listens.
    inserted.catch(() => undefined);
    return inserted;
  }

  try {
    await runInLanes(files, LANES, signal, async (file, either) => {
      const fetched = await fetchFile(lake, file, tally, either);
      receipt.phases.fetch = Math.max(receipt.phases.fetch, performance.now() - started);
      const { file: decoded, elapsed } = await lake.decoder.decode({
        bytes: fetched,
        name: file.key,
        columns: filling.columns,
      });
      receipt.phases.decode += elapsed;
      report('fetch', fetched.byteLength);
      batch.push({ ...decoded, file });
      batchBytes += decoded.ipc?.byteLength ?? 0;
      if (batchBytes >= BATCH_BYTES) await flush();
    });
    report('load');
    await flush();
    await filling.finish();
  } catch (error) {
    await inserted.catch(() => undefined);
    await filling.abandon();
    throw error;
  }
}

async function fetchFile(
  { store, cache }: Pick<OpenLake, 'store' | 'cache'>,
  file: LakeFile,
  tally: Tally,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const known = await cache.get(file.key, file.etag);
  if (known) return known;
  const { value } = await store.get(file.key, signal);
  tally.fetched.add(file.key);
  if (value.byteLength < file.size) {
    throw new LakeError({
      code: 'truncated',
      message: `${file.key} has ${value.byteLength} bytes, but the listing says ${file.size}.`,
      advice: 'Open the lake again in case the file has just been replaced; otherwise upload it again.',
    });
  }
  // A file that was replaced since it was listed is read as it is now, but not kept under its old ETag.
  if (value.byteLength === file.size) await cache.put(file.key, file.etag, value);
  return value;
}

import { SMALL_FILES_AT_ONCE } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import { delay } from '../sources/cancellation';
import { runInLanes } from '../sources/fetch-pool';
import type { LoadedPiece } from './chunk-loader';
import type { FilePiece } from './file-piece';
import type { OpenLake, ScanOptions } from './open-lake';
import { planPieceReads, readPieces, type PieceRead, type Reading } from './piece-reader';
import type { Phase, Progress } from './protocol';
import type { Filling } from './residency';
import { countFetched } from './tally';
import type { Tally } from './tally';

/** Reads of large files under way at once: some 8 MB each. */
const LARGE_LANES = 12;

/** Decoded bytes that are inserted at once: enough to make an insertion cheap, little enough to hold twice. */
const BATCH_BYTES = 32 << 20;

type Surroundings = Pick<OpenLake, 'store' | 'cache' | 'footers' | 'decoder' | 'residency' | 'differences'>;

/** How far the reading of all groups is. */
interface ReadingProgress {
  report(phase: Phase): void;
  expect(reads: PieceRead[]): void;
  finished(read: PieceRead): void;
  fetched(bytes: number): void;
}

/**
 * Fetches pieces of files, decodes the columns asked for and makes them resident. Each piece is decoded as soon as it is
 * here, and batches are inserted while others are still under way, so the phases of the receipt overlap.
 */
export async function loadPieces(
  lake: Surroundings,
  groups: FilePiece[][],
  columns: string[],
  tally: Tally,
  { signal, onProgress }: ScanOptions,
): Promise<void> {
  const progress = trackProgress(onProgress);
  for (const group of groups) await loadGroup(lake, group, columns, tally, signal, progress);
}

function trackProgress(onProgress: (progress: Progress) => void): ReadingProgress {
  const now: Progress = { phase: 'fetch', done: 0, total: 0, bytes: 0, totalBytes: 0 };
  let expected = 0;
  const report = (phase: Phase) => {
    // A replaced file may be longer than it was when it was listed.
    onProgress({ ...now, phase, totalBytes: Math.max(expected, now.bytes) });
  };
  return {
    report,
    expect(reads) {
      now.total += reads.length;
      expected += reads.reduce((sum, read) => sum + read.bytes, 0);
    },
    finished() {
      now.done++;
      report('fetch');
    },
    fetched(bytes) {
      now.bytes += bytes;
      report('fetch');
    },
  };
}

async function loadGroup(
  lake: Surroundings,
  pieces: FilePiece[],
  columns: string[],
  tally: Tally,
  signal: AbortSignal,
  progress: ReadingProgress,
): Promise<void> {
  const { receipt } = tally;
  const filling = lake.residency.fill(pieces, columns);
  const inserter = createInserter(filling, receipt);
  const started = performance.now();
  const reading: Reading = {
    ...lake,
    columns: filling.columns,
    onFetched(file: LakeFile, bytes: number) {
      countFetched(tally, file, bytes);
      progress.fetched(bytes);
      receipt.phases.fetch = Math.max(receipt.phases.fetch, performance.now() - started);
    },
    onDecoded(elapsed) {
      receipt.phases.decode += elapsed;
    },
  };
  try {
    const reads = await planPieceReads(reading, pieces, signal);
    progress.expect(reads);
    const load = async (read: PieceRead, either: AbortSignal) => {
      const loaded = await readPieces(reading, read, either);
      progress.finished(read);
      await inserter.add(loaded);
    };
    const isSmall = (read: PieceRead) => read.parts === null;
    await runInLanes(reads.filter(isSmall), SMALL_FILES_AT_ONCE, signal, load);
    await runInLanes(
      reads.filter((read) => !isSmall(read)),
      LARGE_LANES,
      signal,
      load,
    );
    progress.report('load');
    const inserted = inserter.flush();
    // The disk's turn comes a task later, when the engine is at work.
    await delay(0, signal);
    await lake.cache.writeOut();
    await inserted;
    await filling.finish();
  } catch (error) {
    await inserter.settled();
    await filling.abandon();
    throw error;
  }
}

/** Inserts pieces in batches, one after another. */
function createInserter(filling: Filling, receipt: Tally['receipt']) {
  let batch: LoadedPiece[] = [];
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

  return {
    flush,
    async add(loaded: LoadedPiece[]): Promise<void> {
      batch.push(...loaded);
      batchBytes += loaded.reduce((bytes, { ipc }) => bytes + (ipc?.byteLength ?? 0), 0);
      if (batchBytes >= BATCH_BYTES) await flush();
    },
    settled: () => inserted.catch(() => undefined),
  };
}

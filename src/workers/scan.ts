import { planScans } from '../lake/explain-plan';
import type { TableScan } from '../lake/explain-plan';
import type { LakeSchema } from '../lake/lake-schema';
import type { LakeFile, WalkOptions } from '../lake/partition-walk';
import { or } from '../lake/predicate';
import { emptyReceipt } from '../lake/receipt';
import type { Receipt } from '../lake/receipt';
import type { ByteCache } from '../sources/byte-cache';
import { throwIfCancelled } from '../sources/cancellation';
import { countRequests } from '../sources/counting-store';
import type { ObjectStore } from '../sources/object-store';
import type { Decoder } from './decode-client';
import type { Engine } from './engine';
import { listFiles } from './file-listing';
import { loadPieces } from './file-loading';
import type { FilePiece } from './file-piece';
import { findPieces } from './piece-search';
import type { FooterCache } from './footers';
import type { Lock } from './lock';
import type { Phase, Progress, QueryResult } from './protocol';
import type { Residency } from './residency';
import { decodeResult } from './result';
import type { ArrowAnswer } from './result';
import { splitStatements } from './statement';
import type { Statement } from './statement';
import { countFetched } from './tally';
import type { Tally } from './tally';

/** A lake that is open, with everything that answers queries on it. */
export interface OpenLake {
  schema: LakeSchema;
  walk: WalkOptions;
  store: ObjectStore;
  cache: ByteCache;
  footers: FooterCache;
  decoder: Decoder;
  engine: Engine;
  residency: Residency;
  /** Held while the view `lake` must stay as it is. */
  lock: Lock;
  /** Null until somebody has counted them. */
  filesInLake: number | null;
}

export interface ScanOptions {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** What one statement needs of the lake. */
interface Need {
  pieces: FilePiece[];
  columns: string[];
}

type Measured = <Value>(phase: keyof Receipt['phases'], work: () => Promise<Value>) => Promise<Value>;

/**
 * Answers SQL over a lake: plans what each statement needs, lists and fetches only what is not resident, and runs the
 * user's own SQL over the view `lake`. The answer is that of the last statement.
 * @throws LakeError
 */
export async function runScan(lake: OpenLake, script: string, options: ScanOptions): Promise<QueryResult> {
  const started = performance.now();
  const receipt = emptyReceipt();
  const tally: Tally = { receipt, matched: new Set(), fetched: new Map(), fileBytes: 0 };
  const counted = countRequests(lake.store);
  const measured: Measured = async (phase, work) => {
    const from = performance.now();
    try {
      return await work();
    } finally {
      receipt.phases[phase] += performance.now() - from;
    }
  };
  const counting = { ...lake, store: counted.store };
  const statements = splitStatements(script, await lake.engine.tokenize(script));
  let answer: ArrowAnswer | undefined;
  for (const statement of statements) {
    answer = await runStatement(counting, statement, options, tally, measured);
  }
  throwIfCancelled(options.signal);
  const columns = answer ? decodeResult(answer) : [];
  const rowCount = answer?.batches.reduce((rows, batch) => rows + batch.numRows, 0) ?? 0;
  // The lake may have grown since its lake.json was written.
  const filesInLake = counting.filesInLake === null ? null : Math.max(counting.filesInLake, tally.matched.size);
  lake.filesInLake = filesInLake;
  // A footer may have told that nothing of its file is needed.
  const filesFetched = [...tally.matched].filter((key) => tally.fetched.has(key)).length;
  Object.assign(receipt, {
    filesInLake,
    filesMatched: tally.matched.size,
    filesFetched,
    filesCached: tally.matched.size - filesFetched,
    bytesSkipped: Math.max(0, [...tally.fetched.values()].reduce((sum, size) => sum + size, 0) - tally.fileBytes),
    requests: { list: counted.count.list, get: counted.count.get },
    bytes: counted.count.bytes,
    retries: counted.count.retries,
    rowsReturned: rowCount,
    elapsed: performance.now() - started,
  });
  return { columns, rowCount, receipt };
}

async function runStatement(
  lake: OpenLake,
  statement: Statement,
  options: ScanOptions,
  tally: Tally,
  measured: Measured,
): Promise<ArrowAnswer> {
  const { signal } = options;
  const { receipt } = tally;
  const report = (phase: Phase, done: number, total: number) =>
    options.onProgress({ phase, done, total, bytes: receipt.bytes });
  const { engine, residency, lock } = lake;

  report('plan', 0, 0);
  const scans = await measured('plan', () => lock(signal, () => planStatement(lake, statement)));
  const need = await measured('list', () => listNeed(lake, scans, tally, options));
  return lock(signal, async () => {
    const missing = residency.missing(need.pieces, need.columns);
    for (const { file } of need.pieces) tally.matched.add(file.key);
    if (missing.length > 0) await loadPieces(lake, missing, need.columns, tally, options);
    report('query', 0, 0);
    receipt.rowsScanned += await measured('load', () => residency.show(need.pieces));
    return measured('query', () => engine.run(statement, signal));
  });
}

/** What a statement needs of the lake. Callers hold the lock. */
export async function planStatement({ engine, schema }: OpenLake, statement: Statement): Promise<TableScan[]> {
  if (statement.kind === 'describes') return [];
  return planScans(await engine.explain(statement), new Map([['lake', schema]]));
}

/** The files that a scan may need, by listing alone. */
export async function listFilesOf(lake: OpenLake, scan: TableScan, options: ScanOptions) {
  const listing = await listFiles(lake, scan.where, options);
  if (scan.where.kind === 'anything' && lake.filesInLake === null) lake.filesInLake = listing.files.length;
  return listing;
}

async function listNeed(lake: OpenLake, scans: TableScan[], tally: Tally, options: ScanOptions): Promise<Need> {
  const { receipt } = tally;
  const files = new Map<string, LakeFile>();
  const columns = new Set<string>();
  for (const scan of scans) {
    const listing = await listFilesOf(lake, scan, options);
    for (const file of listing.files) files.set(file.key, file);
    for (const column of scan.columns) columns.add(column);
    receipt.partitionsPruned += listing.pruned;
  }
  const where = or(...scans.map((scan) => scan.where));
  const found = await findPieces(lake, [...files.values()], where, {
    ...options,
    onFetched: (file, bytes) => countFetched(tally, file, bytes),
  });
  receipt.rowGroupsPruned += found.pruned;
  return { pieces: found.pieces, columns: [...columns] };
}

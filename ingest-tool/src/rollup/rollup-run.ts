import { ROLLUP_FOLDER, type LakeDescription, type ManifestIndex, type RollupPart } from '@tidelake/lake-format';
import { readLakeState, replaceRollups } from '../manifest/manifest-store';
import { peakMemory } from '../peak-memory';
import { withRoles } from '../rows/column-roles';
import type { RowColumn } from '../rows/column-values';
import { isNanColumn } from '../rows/nan-column';
import { StorageConflict, type LakeStorage } from '../storage/lake-storage';
import { EXIT, ToolError } from '../tool-error';
import { readRows } from '../write/parquet-rows';
import { StationBuckets } from './bucket-rows';
import { rollupPart, type StationTier } from './rollup-part';
import {
  areNeighbours,
  periodsOf,
  planPeriod,
  sourceOf,
  spanOfPeriod,
  widthOf,
  type PeriodPlan,
  type RollupTier,
} from './rollup-plan';
import type { RollupReport } from './rollup-report';

/** Rows of a part, unless one station has more: some tens of megabytes that a page fetches a few columns of. */
const ROWS_OF_PART = 500_000;

export interface RollupSettings {
  tiers: readonly RollupTier[];
  /** Ids of the stations wanted; all of them where undefined. */
  stations: readonly string[] | undefined;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/**
 * Brings the tiers of a lake up to date: periods and stations whose files are what they were stay as they are. The index
 * lists the new parts in one step, when all of them are written.
 * @throws ToolError where the lake has no manifest, or changes meanwhile
 */
export async function rollUp(storage: LakeStorage, settings: RollupSettings): Promise<RollupReport> {
  const started = performance.now();
  const { signal } = settings;
  const { description, index } = await readLakeState(storage, signal);
  if (description?.manifest !== true) {
    throw new ToolError(EXIT.usage, `The lake at ${storage.url} has no manifest`, 'Make it first: tidelake manifest.');
  }
  const report: RollupReport = {
    parts: 0,
    partsWritten: 0,
    rows: 0,
    bytes: 0,
    filesRead: 0,
    left: [],
    elapsedSeconds: 0,
    peakRssBytes: 0,
  };
  const made: RollupPart[] = [];
  const done = new Set<string>();
  for (const tier of settings.tiers) {
    for (const period of periodsOf(index, tier.grain)) {
      signal.throwIfAborted();
      const plan = await planPeriod(storage, index, description, tier, period, settings.stations, signal);
      made.push(...plan.kept, ...(await makeParts(storage, description, tier, plan, settings, report)));
      done.add(`${tier.grain} ${tier.cells ?? ''} ${period}`);
    }
  }
  const next = await replaceRollups(storage, (now) => listed(storage, index, now, made, done), signal);
  await removeUnlisted(storage, [index, next], signal);
  report.parts = next.rollups.length;
  report.rows = next.rollups.reduce((sum, { rows }) => sum + rows, 0);
  report.bytes = next.rollups.reduce((sum, { bytes }) => sum + bytes, 0);
  report.elapsedSeconds = Number(((performance.now() - started) / 1000).toFixed(3));
  report.peakRssBytes = peakMemory();
  return report;
}

async function makeParts(
  storage: LakeStorage,
  description: LakeDescription,
  tier: RollupTier,
  plan: PeriodPlan,
  { signal, onProgress }: RollupSettings,
  report: RollupReport,
): Promise<RollupPart[]> {
  const parts: RollupPart[] = [];
  let collected: StationTier[] = [];
  const put = async (): Promise<void> => {
    const [first, last] = [collected[0]?.station, collected.at(-1)?.station];
    if (first === undefined || last === undefined) return;
    const { path, bytes, rows } = rollupPart(collected, tier.grain, plan.period, tier.cells !== undefined);
    await storage.write(path, bytes, signal, { absent: true }).catch((error: unknown) => {
      if (!(error instanceof StorageConflict)) throw error;
    });
    const part: RollupPart = {
      path,
      bytes: bytes.byteLength,
      rows,
      grain: tier.grain,
      period: plan.period,
      stations: [first, last],
      ...(tier.cells === undefined ? {} : { cells: tier.cells }),
      source: '',
    };
    parts.push({ ...part, source: sourceOf(part, plan.files) });
    report.partsWritten++;
    collected = [];
  };
  for (const { station, paths } of plan.stations) {
    signal.throwIfAborted();
    onProgress(`${tier.grain}s of ${plan.period}, station ${station}`);
    const before = collected.at(-1)?.station;
    // A part counts for every station between its first and its last.
    if (before !== undefined && !areNeighbours(plan, before, station)) await put();
    const buckets = await bucketsOf(storage, description, tier, plan.period, station, paths, signal, report);
    if (buckets !== undefined) collected.push({ station, buckets });
    if (collected.reduce((sum, each) => sum + each.buckets.length, 0) >= ROWS_OF_PART) await put();
  }
  await put();
  return parts;
}

/** A station's buckets; undefined where a file does not allow exact ones. */
async function bucketsOf(
  storage: LakeStorage,
  description: LakeDescription,
  tier: RollupTier,
  period: string,
  station: string,
  paths: readonly string[],
  signal: AbortSignal,
  report: RollupReport,
): Promise<StationTier['buckets'] | undefined> {
  const { start, end } = spanOfPeriod(period);
  const buckets = new StationBuckets(widthOf(tier.grain), start, end, tier.cells);
  const known: RowColumn[] = [];
  const leave = (path: string, reason: string): undefined => {
    report.left.push({ station, period, path, reason });
    return undefined;
  };
  for (const path of paths) {
    const read = await storage.read(path, signal);
    if (read === undefined) throw changed(storage);
    report.filesRead++;
    try {
      const rows = readRows(read.bytes, known);
      for (const column of rows.columns) {
        if (!isNanColumn(column) && !known.includes(column)) known.push(column);
      }
      buckets.add({ ...rows, columns: withRoles(rows.columns, description.columns).columns });
    } catch (error) {
      return leave(path, error instanceof Error ? error.message : String(error));
    }
    if (buckets.rowsWithoutTime > 0) return leave(path, 'it has rows without a time, which no bucket can count');
  }
  return buckets.sorted();
}

/** What the index lists from now on: the parts of tiers and periods that were looked at, and the others as they are. */
function listed(
  storage: LakeStorage,
  before: ManifestIndex,
  now: ManifestIndex,
  made: readonly RollupPart[],
  done: ReadonlySet<string>,
): RollupPart[] {
  if (JSON.stringify(now.parts) !== JSON.stringify(before.parts)) throw changed(storage);
  const madePaths = new Set(made.map(({ path }) => path));
  const others = now.rollups.filter((part) => !done.has(keyOf(part)) && !madePaths.has(part.path));
  return [...others, ...made].sort(
    (one, other) =>
      compare(one.grain, other.grain) ||
      compare(one.period, other.period) ||
      compare(one.stations[0], other.stations[0]) ||
      compare(one.path, other.path),
  );
}

async function removeUnlisted(
  storage: LakeStorage,
  indexes: readonly ManifestIndex[],
  signal: AbortSignal,
): Promise<void> {
  const named = new Set(indexes.flatMap(({ rollups }) => rollups.map(({ path }) => path)));
  const unlisted: string[] = [];
  for await (const page of storage.list(`${ROLLUP_FOLDER}/`, signal)) {
    unlisted.push(...page.flatMap(({ key }) => (named.has(key) || !key.endsWith('.parquet') ? [] : key)));
  }
  if (unlisted.length > 0) await storage.remove(unlisted, signal);
}

function changed(storage: LakeStorage): ToolError {
  return new ToolError(
    EXIT.unexpected,
    `The lake at ${storage.url} changed while it was rolled up`,
    'Run tidelake manifest, then the same command again. Nothing was changed.',
  );
}

function keyOf({ grain, cells, period }: Pick<RollupPart, 'grain' | 'cells' | 'period'>): string {
  return `${grain} ${cells ?? ''} ${period}`;
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

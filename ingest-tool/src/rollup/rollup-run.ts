import { ROLLUP_FOLDER, type ManifestIndex, type RollupPart } from '@tidelake/lake-format';
import { readLakeState, replaceRollups } from '../manifest/manifest-store';
import { peakMemory } from '../peak-memory';
import { StorageConflict, type LakeStorage } from '../storage/lake-storage';
import { EXIT, ToolError } from '../tool-error';
import { lakeChanged, TierMaker } from './tier-maker';
import { rollupPart, type StationTier } from './rollup-part';
import { areNeighbours, periodsOf, planPeriod, sourceOf, type PeriodPlan, type RollupTier } from './rollup-plan';
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
  const { signal, onProgress } = settings;
  const { description, ...state } = await readLakeState(storage, signal);
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
  const index = { ...state.index, rollups: await partsThere(storage, state.index, signal) };
  // Days are made from hours.
  for (const tier of settings.tiers.toSorted((one, other) => compare(other.grain, one.grain))) {
    const maker = new TierMaker({ storage, description, cells: tier.cells, signal, report, onProgress });
    for (const period of periodsOf(index, tier.grain)) {
      signal.throwIfAborted();
      const plan = await planPeriod(storage, index, description, tier, period, settings.stations, signal);
      const isHour = (part: RollupPart): boolean => part.grain === 'hour' && part.cells === tier.cells;
      const hours = [...made, ...index.rollups.filter((part) => !done.has(keyOf(part)))].filter(isHour);
      const stations = tier.grain === 'hour' ? maker.hours(plan) : maker.days(plan, hours);
      made.push(...plan.kept, ...(await makeParts(storage, tier, plan, stations, report, signal)));
      done.add(keyOf({ ...tier, period }));
    }
  }
  const next = await replaceRollups(storage, (now) => listed(storage, state.index, now, made, done), signal);
  await removeUnlisted(storage, [state.index, next], signal);
  report.parts = next.rollups.length;
  report.rows = next.rollups.reduce((sum, { rows }) => sum + rows, 0);
  report.bytes = next.rollups.reduce((sum, { bytes }) => sum + bytes, 0);
  report.elapsedSeconds = Number(((performance.now() - started) / 1000).toFixed(3));
  report.peakRssBytes = peakMemory();
  return report;
}

/** Puts the stations of a tier into parts. */
async function makeParts(
  storage: LakeStorage,
  tier: RollupTier,
  plan: PeriodPlan,
  stations: AsyncIterable<StationTier>,
  report: RollupReport,
  signal: AbortSignal,
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
  for await (const station of stations) {
    const before = collected.at(-1)?.station;
    // A part counts for every station between its first and its last.
    if (before !== undefined && !areNeighbours(plan, before, station.station)) await put();
    collected.push(station);
    if (collected.reduce((sum, each) => sum + each.buckets.length, 0) >= ROWS_OF_PART) await put();
  }
  await put();
  return parts;
}

/** What the index lists from now on: the parts of tiers and periods that were looked at, and the others as they are. */
function listed(
  storage: LakeStorage,
  before: ManifestIndex,
  now: ManifestIndex,
  made: readonly RollupPart[],
  done: ReadonlySet<string>,
): RollupPart[] {
  if (JSON.stringify(now.parts) !== JSON.stringify(before.parts)) throw lakeChanged(storage);
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

/** The parts of an index that are there as it says: another one is made anew. */
async function partsThere(
  storage: LakeStorage,
  { rollups }: ManifestIndex,
  signal: AbortSignal,
): Promise<RollupPart[]> {
  const sizes = new Map<string, number>();
  if (rollups.length > 0) {
    for await (const page of storage.list(`${ROLLUP_FOLDER}/`, signal)) {
      for (const { key, size } of page) sizes.set(key, size);
    }
  }
  return rollups.filter(({ path, bytes }) => sizes.get(path) === bytes);
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

function keyOf({ grain, cells, period }: RollupTier & { period: string }): string {
  return `${grain} ${cells ?? ''} ${period}`;
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

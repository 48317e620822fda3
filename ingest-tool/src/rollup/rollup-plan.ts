import {
  UNKNOWN_MONTH,
  type LakeDescription,
  type ManifestIndex,
  type RollupGrain,
  type RollupPart,
} from '@tidelake/lake-format';
import { manifestRows } from '../manifest/manifest-store';
import { isInRollup, scopeOf, SourceDigest, type FileScope } from '../manifest/source-digest';
import type { ManifestRow } from '../manifest/manifest-row';
import { compareKeys } from '../serve/key-order';
import type { LakeStorage } from '../storage/lake-storage';

/** A tier: how long its buckets are, and whether they are divided by place. */
export interface RollupTier {
  grain: RollupGrain;
  /** H3 resolution. */
  cells?: number | undefined;
}

/** A data file and what it goes into. */
export interface ScopedFile {
  row: ManifestRow;
  scope: FileScope;
}

/** The files that a station has rows of a period in. */
export interface StationFiles {
  station: string;
  files: ScopedFile[];
}

/** What a period of a tier needs: parts that stay, and stations to be made anew. */
export interface PeriodPlan {
  period: string;
  kept: RollupPart[];
  /** In order, each with its files. */
  stations: StationFiles[];
  files: readonly ScopedFile[];
  /** Place of each station with files in the period, those included that need nothing. */
  order: ReadonlyMap<string, number>;
}

/** The first instant of a month (`2025-11`) or year (`2025`) and the first after it, UTC microseconds. */
export function spanOfPeriod(period: string): { start: number; end: number } {
  const [year = 0, month] = period.split('-').map(Number);
  const at = (years: number, months: number): number => Date.UTC(years, months, 1) * 1000;
  return month === undefined
    ? { start: at(year, 0), end: at(year + 1, 0) }
    : { start: at(year, month - 1), end: at(year, month) };
}

/** Periods of a grain that the files of a manifest have rows of, in order. */
export function periodsOf(index: ManifestIndex, grain: RollupGrain): string[] {
  const length = grain === 'hour' ? 7 : 4;
  const periods = new Set<string>();
  for (const { month, time } of index.parts) {
    if (month !== UNKNOWN_MONTH) periods.add(month.slice(0, length));
    if (time === null) continue;
    const last = time[1] / 1000;
    for (let at = time[0] / 1000; at <= last;) {
      const date = new Date(at);
      periods.add(date.toISOString().slice(0, length));
      at = Date.UTC(date.getUTCFullYear(), grain === 'hour' ? date.getUTCMonth() + 1 : 12, 1);
    }
  }
  return [...periods].sort();
}

/**
 * Decides what of a period is to be made: parts whose files are what they were stay.
 * @param wanted stations to make anew where they changed; all of them where undefined
 */
export async function planPeriod(
  storage: LakeStorage,
  index: ManifestIndex,
  lake: LakeDescription,
  { grain, cells }: RollupTier,
  period: string,
  wanted: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<PeriodPlan> {
  const { start, end } = spanOfPeriod(period);
  const parts = index.parts.filter(
    ({ month, time }) =>
      time === null || month === UNKNOWN_MONTH || month.startsWith(period) || (time[0] < end && time[1] >= start),
  );
  const files: ScopedFile[] = [];
  for await (const row of manifestRows(storage, parts, signal)) {
    const scope = scopeOf(row, lake);
    // What a rollup needs of a file is its name and what its content goes by, not its footer.
    if (isOfPeriod({ scope }, period)) files.push({ row: { ...row, footer: null }, scope });
  }
  const own = index.rollups.filter((part) => part.grain === grain && part.cells === cells && part.period === period);
  const kept = own.filter((part) => sourceOf(part, files) === part.source);
  const byStation = new Map<string, ScopedFile[]>();
  for (const file of files) {
    const station = file.scope.station ?? '';
    if (kept.some((part) => isWithin(part, station)) || (wanted !== undefined && !wanted.includes(station))) continue;
    const known = byStation.get(station);
    if (known === undefined) byStation.set(station, [file]);
    else known.push(file);
  }
  const stations = [...byStation].map(([station, own]) => ({ station, files: own }));
  stations.sort((one, other) => compareKeys(one.station, other.station));
  const all = [...new Set(files.map(({ scope }) => scope.station ?? ''))].sort(compareKeys);
  return { period, kept, stations, files, order: new Map(all.map((station, place) => [station, place])) };
}

/** Whether a file may have rows of a month or year. */
export function isOfPeriod({ scope }: Pick<ScopedFile, 'scope'>, period: string): boolean {
  return scope.months.some((month) => month === UNKNOWN_MONTH || month.startsWith(period));
}

/** The field `source` of a part: the digest of the files that it is made from. */
export function sourceOf(part: RollupPart, files: readonly ScopedFile[]): string {
  const digest = new SourceDigest();
  for (const { row, scope } of files) if (isInRollup(part, scope)) digest.add(row);
  return digest.toString();
}

/** Whether no other station of the period comes between two. */
export function areNeighbours({ order }: PeriodPlan, one: string, other: string): boolean {
  return order.get(other) === (order.get(one) ?? -2) + 1;
}

/** Whether a part stands for a station. */
export function isWithin({ stations: [first, last] }: RollupPart, station: string): boolean {
  return compareKeys(first, station) <= 0 && compareKeys(station, last) <= 0;
}

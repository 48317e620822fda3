import { MS_PER_DAY, type PartitionKey } from '@tidelake/lake-format';
import type { ColumnBounds } from './column-bounds';
import { summarizeColumns, type ColumnSummary } from './column-summary';
import type { LakeSchema } from './lake-schema';
import type { FileFacts } from './manifest-files';
import type { LakeFile } from './partition-walk';
import { isCalendarKey } from './partition-scheme';
import { timeBoundsOf } from './time-partitions';

/** What a lake holds of one station on one UTC day. */
export interface DayCoverage {
  /** Value of the lake's key of stations; null where it has none, or for the null folder. */
  station: string | null;
  /** Days since 1970-01-01 UTC. */
  day: number;
  /** The last day that these files reach to: that of `day`, unless a file holds more than a day. */
  lastDay: number;
  /** 0 where rows were counted instead. */
  files: number;
  /** Of the files, those that are kept whole and need not be fetched again. */
  kept: number;
  bytes: number;
  /** Null where a file's rows are not known. */
  rows: number | null;
}

/** What is in a lake, without any of its data. */
export interface LakeCatalogue {
  files: number;
  bytes: number;
  /** Null where a file's rows are not known: a lake without a manifest. */
  rows: number | null;
  /** UTC milliseconds of the first and of the last observation, or of the first and last day known; null for none. */
  span: { from: number; until: number } | null;
  /** The partition key that `station` in `days` is the value of; null where there is no such. */
  stationKey: string | null;
  /** By station and day, in this order. Files of which no day is known are in the totals alone. */
  days: DayCoverage[];
  /** The columns of numbers, as far as a manifest knows statistics of them. */
  columns: ColumnSummary[];
}

const US_PER_MS = 1000;
const US_PER_DAY = MS_PER_DAY * US_PER_MS;

/**
 * Adds up what listings and the manifest say of files. A file counts to the day of its folder, else to that of its first
 * row.
 * @param facts what the manifest says of files, by their keys
 * @param kept keys of files that need not be fetched again
 * @param wantedKey the folder that names stations; the first that may do so where there is no such
 */
export function catalogueOf(
  files: readonly LakeFile[],
  facts: ReadonlyMap<string, FileFacts>,
  schema: LakeSchema,
  kept: ReadonlySet<string> = new Set(),
  wantedKey?: string,
): LakeCatalogue {
  const stationKey = stationKeyOf(schema.partitionKeys, wantedKey);
  const days = new Map<string, DayCoverage>();
  const total = { files: 0, bytes: 0, rows: 0 as number | null };
  let first = Infinity;
  let last = -Infinity;
  for (const file of files) {
    const known = facts.get(file.key);
    const rows = known?.rows ?? null;
    const ofFolder = timeBoundsOf(file.partition, true);
    const time = timesOf(schema, known) ?? ofFolder;
    const from = microseconds(time?.min);
    const until = microseconds(time?.max);
    count(total, file, rows);
    if (from === undefined || until === undefined) continue;
    first = Math.min(first, from);
    last = Math.max(last, until);
    const folderDay = dayOfFolder(ofFolder);
    const day = Math.floor((folderDay ?? from) / US_PER_DAY);
    const lastDay = folderDay === undefined ? Math.floor(until / US_PER_DAY) : day;
    const station = (stationKey === undefined ? null : file.partition[stationKey]) ?? null;
    const id = JSON.stringify([station, day]);
    const coverage = days.get(id) ?? { station, day, lastDay, files: 0, kept: 0, bytes: 0, rows: 0 };
    coverage.lastDay = Math.max(coverage.lastDay, lastDay);
    count(coverage, file, rows);
    if (kept.has(file.key)) coverage.kept++;
    days.set(id, coverage);
  }
  return {
    ...total,
    span: first > last ? null : { from: first / US_PER_MS, until: last / US_PER_MS },
    stationKey: stationKey ?? null,
    days: [...days.values()].sort((a, b) => compareTexts(a.station ?? '', b.station ?? '') || a.day - b.day),
    columns: summarizeColumns(
      files.map(({ key }) => facts.get(key)).filter((known) => known !== undefined),
      schema,
    ),
  };
}

function stationKeyOf(keys: readonly PartitionKey[], wanted: string | undefined): string | undefined {
  const found =
    keys.find(({ name }) => name === wanted) ??
    keys.find(({ type }) => type === 'text') ??
    keys.find(({ name }) => !isCalendarKey(name));
  return found?.name;
}

function timesOf({ timeColumn }: LakeSchema, facts: FileFacts | undefined): ColumnBounds | undefined {
  const bounds = timeColumn === null ? undefined : facts?.boundsOf(timeColumn);
  return bounds?.min && bounds.max ? bounds : undefined;
}

/** The start of a folder's day in microseconds; undefined where it stands for a longer time. */
function dayOfFolder(bounds: ColumnBounds | undefined): number | undefined {
  const from = microseconds(bounds?.min);
  const until = microseconds(bounds?.max);
  return from !== undefined && until !== undefined && until - from < US_PER_DAY ? from : undefined;
}

function microseconds(bound: ColumnBounds['min']): number | undefined {
  return bound?.type === 'timestamp' ? bound.value : undefined;
}

function count(sum: { files: number; bytes: number; rows: number | null }, file: LakeFile, rows: number | null): void {
  sum.files++;
  sum.bytes += file.size;
  sum.rows = sum.rows === null || rows === null ? null : sum.rows + rows;
}

function compareTexts(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}

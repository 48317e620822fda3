import type { StringDictionary } from '../decode/string-dictionary';
import { folderOfDay, type PartitionIndex } from '../rows/partition-index';
import type { RowStore } from '../rows/row-store';

/** A station-day of a run. */
export interface PlannedDay {
  /** Below the lake's root. */
  folder: string;
  station: string;
  /** Days since 1970-01-01 UTC. */
  day: number;
  /** Its number among the partitions of the run; undefined where it gets no rows. */
  partition: number | undefined;
  /** New rows. */
  count: number;
  /** Whether it is to be written; else it is only looked at from beside. */
  isWanted: boolean;
}

/** Days of a station to be brought up to date one after the other, in order of time. */
export interface DaySegment {
  days: PlannedDay[];
  /** The most new rows that are in memory at a time. */
  rows: number;
}

/** Days a segment may have; a segment is not divided among threads. */
const LONGEST = 32;
const SHORTEST = 4;

/** New rows that all segments under way may have in memory together; a segment with more is worked on alone. */
export const ROWS_UNDER_WAY = 1_500_000;

/** The station-days that get rows, by station and day. */
export function daysWithRows(stations: StringDictionary, store: RowStore, partitions: PartitionIndex): PlannedDay[] {
  return Array.from({ length: partitions.size }, (_, partition) => {
    const station = stations.textOf(partitions.stationOf(partition));
    const day = partitions.dayOf(partition);
    const count = store.countOf(partition, partitions.size);
    return { folder: folderOfDay(station, day), station, day, partition, count, isWanted: true };
  }).sort((left, right) => (left.folder < right.folder ? -1 : 1));
}

/**
 * Divides the days of a run into pieces of work that do not depend on one another.
 * @param days those with rows, sorted by folder
 * @param looksAround whether flags of a day depend on the days beside it: these are written too then, and the days beside
 *   them looked at
 * @param pieces how many there should be at least, so that no thread is idle
 */
export function daySegments(days: readonly PlannedDay[], looksAround: boolean, pieces: number): DaySegment[] {
  if (!looksAround) return days.map((day) => ({ days: [day], rows: day.count }));
  const known = new Map(days.map((day) => [day.folder, day]));
  const dayOf = (station: string, day: number): PlannedDay => {
    const folder = folderOfDay(station, day);
    return known.get(folder) ?? { folder, station, day, partition: undefined, count: 0, isWanted: true };
  };
  const stations = new Map<string, Set<number>>();
  for (const { station, day } of days) {
    const wanted = stations.get(station) ?? new Set();
    stations.set(station, wanted);
    for (const beside of [day - 1, day, day + 1]) wanted.add(beside);
  }
  const total = [...stations.values()].reduce((sum, { size }) => sum + size, 0);
  const longest = Math.min(LONGEST, Math.max(SHORTEST, Math.ceil(total / pieces)));
  return [...stations].flatMap(([station, wanted]) => {
    const inOrder = [...wanted].sort((one, other) => one - other).map((day) => dayOf(station, day));
    // Two pieces of a station with days so large would not be under way together, and each looks at days of the other.
    const most = mostOfThree(inOrder) * 2 > ROWS_UNDER_WAY ? LONGEST : longest;
    return runsOf(wanted, most).map((run) => {
      const own = new Set(run);
      const seen = [...new Set(run.flatMap((day) => [day - 1, day, day + 1]))].sort((one, other) => one - other);
      const all = seen.map((day) => ({ ...dayOf(station, day), isWanted: own.has(day) }));
      return { days: all, rows: mostOfThree(all) };
    });
  });
}

/** How many days are written. */
export function wantedDays(segments: readonly DaySegment[]): number {
  return segments.reduce((sum, { days }) => sum + days.filter(({ isWanted }) => isWanted).length, 0);
}

/** Days in order, divided where they neither touch nor look at the same day, and where there would be too many. */
function runsOf(days: ReadonlySet<number>, longest: number): number[][] {
  const runs: number[][] = [];
  for (const day of [...days].sort((one, other) => one - other)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run === undefined || last === undefined || day - last > 2 || run.length >= longest) runs.push([day]);
    else run.push(day);
  }
  return runs;
}

function mostOfThree(days: readonly PlannedDay[]): number {
  return Math.max(
    ...days.map(({ count }, index) => count + (days[index - 1]?.count ?? 0) + (days[index + 1]?.count ?? 0)),
  );
}

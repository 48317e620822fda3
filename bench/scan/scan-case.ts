import type { UtcDate } from '@tidelake/lake-format';
import { dayPath, lakeDates, LAKES, quarterHourFileNames, type LakeName } from './make-lakes';
import { stationIds } from './station-data';

/** One question about a benchmark lake, put to every reader: hourly count and means. */
export interface ScanCase {
  name: string;
  lake: LakeName;
  /** Station-days that must be read; their files are what a reader that cannot list is given. */
  stationDays: { station: string; date: UtcDate }[];
  variables: string[];
  /** The partition filter, for readers that know partitions; '' for the whole lake. */
  where: string;
  /** UTC; only rows from the first up to, not including, the second. */
  window?: { from: Date; to: Date };
}

/** One hour of an answer. */
export interface HourlyRow {
  /** UTC milliseconds of the hour's start. */
  hour: number;
  count: number;
  /** One sum for each variable. */
  sums: number[];
}

/** How many URLs plain DuckDB-WASM 1.28 takes at once: with more, its memory is soon out of bounds. */
const URLS_PER_QUERY = 96;

const [FIRST_STATION = ''] = stationIds(LAKES['quarter-hours'].stations);
const DATES = lakeDates(LAKES['quarter-hours']);
const [, SECOND_DATE = { year: 2025, month: 11, day: 25 }] = DATES;
const ALL_STATION_DAYS = stationIds(LAKES['quarter-hours'].stations).flatMap((station) =>
  DATES.map((date) => ({ station, date })),
);
const { year, month, day } = SECOND_DATE;
const ONE_STATION_DAY = {
  stationDays: [{ station: FIRST_STATION, date: SECOND_DATE }],
  where: `station = '${FIRST_STATION}' AND year = ${year} AND month = ${month} AND day = ${day}`,
  variables: ['temperature'],
};
const ALL_DAYS = { stationDays: ALL_STATION_DAYS, where: '', variables: ['temperature'] };
const MORNING = {
  from: new Date(Date.UTC(year, month - 1, day, 6)),
  to: new Date(Date.UTC(year, month - 1, day, 9)),
};

const [MONTH_STATION = ''] = stationIds(LAKES['station-months-manifest'].stations);
const ONE_STATION_MONTH = {
  stationDays: lakeDates(LAKES['station-months-manifest']).map((date) => ({ station: MONTH_STATION, date })),
  where: `station = '${MONTH_STATION}'`,
  variables: ['temperature'],
};

/** The cases of the benchmark. */
export const CASES = {
  stationDay: { name: '1 station-day in 96 files', lake: 'quarter-hours', ...ONE_STATION_DAY },
  allFiles: { name: '12 station-days in 1,152 files', lake: 'quarter-hours', ...ALL_DAYS },
  compactedDay: { name: '1 station-day compacted', lake: 'station-days', ...ONE_STATION_DAY },
  compacted: { name: '12 station-days compacted', lake: 'station-days', ...ALL_DAYS },
  manifest: { name: 'manifest, 12 compacted station-days', lake: 'station-days-manifest', ...ALL_DAYS },
  manifestMonth: { name: 'manifest, a compacted station-month', lake: 'station-months-manifest', ...ONE_STATION_MONTH },
  threeColumns: {
    name: '3 of 20 columns, compacted',
    lake: 'station-days',
    ...ALL_DAYS,
    variables: ['temperature', 'pressure'],
  },
  window: { name: '3 hours of 3 days, compacted', lake: 'station-days', ...ALL_DAYS, window: MORNING },
} satisfies Record<string, ScanCase>;

/** SQL of a case over a table or table function. Timestamps are cast, for not every engine here has time zones. */
export function caseSql({ variables, where, window }: ScanCase, table: string, time: string): string {
  const sums = variables.map((variable, index) => `sum(${variable})::DOUBLE AS sum_${index}`);
  const conditions = [
    ...(where === '' ? [] : [where]),
    ...(window === undefined ? [] : [`timestamp >= '${sqlTime(window.from)}'`, `timestamp < '${sqlTime(window.to)}'`]),
  ];
  const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return (
    `SELECT epoch(date_trunc('hour', ${time}))::DOUBLE * 1000 AS hour_ms, count(*)::DOUBLE AS n, ${sums.join(', ')} ` +
    `FROM ${table}${filter} GROUP BY 1 ORDER BY 1`
  );
}

/** The URLs of a case's files, in groups that one query of plain DuckDB-WASM can take. */
export function caseUrls({ lake, stationDays }: ScanCase, bucketUrl: string): string[][] {
  const names = LAKES[lake].files === 'quarter-hours' ? quarterHourFileNames() : ['part-0.parquet'];
  const urls = stationDays.flatMap(({ station, date }) =>
    names.map((name) => `${bucketUrl}${dayPath(station, date)}/${name}`),
  );
  return Array.from({ length: Math.ceil(urls.length / URLS_PER_QUERY) }, (_, group) =>
    urls.slice(group * URLS_PER_QUERY, (group + 1) * URLS_PER_QUERY),
  );
}

/** Adds up partial answers by the hour. */
export function mergeHours(parts: HourlyRow[]): HourlyRow[] {
  const hours = new Map<number, HourlyRow>();
  for (const { hour, count, sums } of parts) {
    const known = hours.get(hour);
    hours.set(hour, {
      hour,
      count: count + (known?.count ?? 0),
      sums: sums.map((sum, index) => sum + (known?.sums[index] ?? 0)),
    });
  }
  return [...hours.values()].sort((a, b) => a.hour - b.hour);
}

/** @throws Error where two readers disagree by more than the rounding of sums */
export function assertSameAnswer(name: string, expected: HourlyRow[], actual: HourlyRow[]): void {
  const same =
    expected.length === actual.length &&
    expected.every(({ hour, count, sums }, index) => {
      const other = actual[index];
      return (
        other?.hour === hour &&
        other.count === count &&
        sums.every((sum, variable) => Math.abs(sum - (other.sums[variable] ?? NaN)) <= 1e-9 * Math.abs(sum))
      );
    });
  if (!same)
    throw new Error(
      `${name} answers ${JSON.stringify(actual.slice(0, 3))}, not ${JSON.stringify(expected.slice(0, 3))} …`,
    );
}

function sqlTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

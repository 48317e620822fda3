import { MS_PER_DAY } from '@tidelake/lake-format';
import type { QueryResult } from '../../workers/protocol';
import type { Window } from './panel-content';

/** Mean and standard deviation of a series by day of the year. */
export interface DayClimatology {
  /** What sets the series apart, in the order of the columns asked for. */
  keys: string[];
  days: Map<number, { mean: number; deviation: number; n: number; years: number }>;
}

/** What climatologies rest on: the least and the most readings and years of a day of the year. */
export interface ClimatologySupport {
  readings: { least: number; most: number };
  years: { least: number; most: number };
}

/**
 * Takes the answer of `dayClimatologySql` apart.
 * @param keyColumns columns that set series apart
 */
export function climatologiesOf(result: QueryResult, keyColumns: readonly string[]): DayClimatology[] {
  const column = (name: string) => result.columns.find((candidate) => candidate.name === name);
  const numberAt = (name: string, row: number) => {
    const found = column(name);
    return found?.kind !== 'number' || found.valid?.[row] === 0 ? Number.NaN : (found.values[row] ?? Number.NaN);
  };
  const found = new Map<string, DayClimatology>();
  for (let row = 0; row < result.rowCount; row++) {
    const keys = keyColumns.map((name) => {
      const key = column(name);
      return key && key.valid?.[row] !== 0 ? String(key.values[row] ?? '') : '';
    });
    const id = JSON.stringify(keys);
    const climatology = found.get(id) ?? { keys, days: new Map() };
    found.set(id, climatology);
    climatology.days.set(numberAt('day_of_year', row), {
      mean: numberAt('mean', row),
      deviation: numberAt('standard_deviation', row),
      n: numberAt('n', row),
      years: numberAt('years', row),
    });
  }
  return [...found.values()];
}

/** The band of a climatology over a window: mean ± one standard deviation at noon (UTC) of each day. */
export function bandOver(
  { days }: DayClimatology,
  { from, to }: Window,
): { times: Float64Array; low: Float64Array; high: Float64Array } {
  const first = Math.floor(from / MS_PER_DAY) - 1;
  const last = Math.floor(to / MS_PER_DAY) + 1;
  const noons = Float64Array.from({ length: last - first + 1 }, (_, index) => (first + index + 0.5) * MS_PER_DAY);
  const at = (sign: 1 | -1) =>
    noons.map((noon) => {
      const day = days.get(dayOfYear(noon));
      return day ? day.mean + sign * day.deviation : Number.NaN;
    });
  return { times: noons, low: at(-1), high: at(1) };
}

/** What some climatologies rest on; undefined where there is none. */
export function supportOf(climatologies: readonly DayClimatology[]): ClimatologySupport | undefined {
  const support = {
    readings: { least: Number.POSITIVE_INFINITY, most: 0 },
    years: { least: Number.POSITIVE_INFINITY, most: 0 },
  };
  const widen = (range: { least: number; most: number }, value: number) => {
    range.least = Math.min(range.least, value);
    range.most = Math.max(range.most, value);
  };
  for (const { days } of climatologies) {
    for (const { n, years } of days.values()) {
      widen(support.readings, n);
      widen(support.years, years);
    }
  }
  return support.readings.most > 0 ? support : undefined;
}

/** 1 for the first of January, as DuckDB's `dayofyear`. */
function dayOfYear(timeMs: number): number {
  const date = new Date(timeMs);
  const newYear = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((timeMs - newYear) / MS_PER_DAY) + 1;
}

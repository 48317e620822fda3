import type { LakeDescription, RollupPart } from '@tidelake/lake-format';
import { withRoles } from '../rows/column-roles';
import type { RowColumn } from '../rows/column-values';
import { isNanColumn } from '../rows/nan-column';
import type { LakeStorage } from '../storage/lake-storage';
import { EXIT, ToolError } from '../tool-error';
import { readRows } from '../write/parquet-rows';
import type { Bucket } from './bucket';
import { DayBuckets } from './day-buckets';
import type { StationTier } from './rollup-part';
import {
  isOfPeriod,
  isWithin,
  sourceOf,
  spanOfPeriod,
  type PeriodPlan,
  type ScopedFile,
  type StationFiles,
} from './rollup-plan';
import type { RollupReport } from './rollup-report';
import { rollupRows } from './rollup-rows';
import { StationHours } from './station-hours';
import { uncountableColumn } from './uncountable-column';

/** Buckets of days that are in memory at a time, about, unless one station has more. */
const DAYS_TOGETHER = 300_000;

const HOURS_PER_DAY = 24;

/** What a tier is made from, and where that is noted. */
export interface TierWork {
  storage: LakeStorage;
  description: LakeDescription;
  /** H3 resolution; undefined where buckets are not divided by place. */
  cells: number | undefined;
  signal: AbortSignal;
  report: RollupReport;
  onProgress: (text: string) => void;
}

/** Makes the buckets of a tier, station by station. */
export class TierMaker {
  readonly #work: TierWork;

  constructor(work: TierWork) {
    this.#work = work;
  }

  /** Hours of a month, from the data; stations with a file that does not allow exact ones are reported and left out. */
  async *hours({ period, stations }: PeriodPlan): AsyncGenerator<StationTier> {
    for (const { station, files } of stations) {
      const buckets = await this.#hoursOf(station, period, files);
      if (buckets !== undefined) yield { station, buckets };
    }
  }

  /**
   * Days of a year, from its hours: those of rollup parts where there are some, so that the data are read once for both,
   * else from the data in the very same way.
   * @param hourParts of the same cells, of any period
   */
  async *days(plan: PeriodPlan, hourParts: readonly RollupPart[]): AsyncGenerator<StationTier> {
    const usable = hourParts.filter(
      (part) => part.period.startsWith(plan.period) && sourceOf(part, plan.files) === part.source,
    );
    const together = stationsTogether(usable, plan);
    for (let start = 0; start < plan.stations.length; start += together) {
      yield* this.#daysOf(plan.stations.slice(start, start + together), plan.period, usable);
    }
  }

  async *#daysOf(
    stations: readonly StationFiles[],
    year: string,
    hourParts: readonly RollupPart[],
  ): AsyncGenerator<StationTier> {
    const days = new Map(stations.map(({ station }) => [station, new DayBuckets()]));
    for (const month of monthsOf(year)) {
      const missing = new Set(stations.map(({ station }) => station));
      for (const part of hourParts) {
        const covered = part.period === month ? [...missing].filter((station) => isWithin(part, station)) : [];
        if (covered.length === 0 || !(await this.#addPart(part, days))) continue;
        for (const station of covered) missing.delete(station);
      }
      for (const { station, files } of stations) {
        const own = files.filter((file) => isOfPeriod(file, month));
        const target = days.get(station);
        if (!missing.has(station) || own.length === 0 || target === undefined) continue;
        const hours = await this.#hoursOf(station, month, own);
        if (hours === undefined) days.delete(station);
        for (const hour of hours ?? []) target.add(hour);
      }
    }
    for (const [station, target] of days) yield { station, buckets: target.sorted() };
  }

  /** Adds the hours of a part to days of stations; false where it cannot be read. */
  async #addPart({ path }: RollupPart, days: ReadonlyMap<string, DayBuckets>): Promise<boolean> {
    const { storage, signal, onProgress } = this.#work;
    signal.throwIfAborted();
    onProgress(`days from ${path}`);
    const read = await storage.read(path, signal);
    if (read === undefined) return false;
    try {
      for (const { station, bucket } of rollupRows(read.bytes)) days.get(station)?.add(bucket);
      return true;
    } catch {
      // It is found to be none before its first row; the data say the same.
      return false;
    }
  }

  /** A station's hours of a month; undefined where a file does not allow exact ones, which is reported. */
  async #hoursOf(station: string, month: string, files: readonly ScopedFile[]): Promise<Bucket[] | undefined> {
    const { storage, description, cells, signal, report, onProgress } = this.#work;
    signal.throwIfAborted();
    onProgress(`hours of ${month}, station ${station}`);
    const { start, end } = spanOfPeriod(month);
    const hours = new StationHours(start, end, cells);
    const known: RowColumn[] = [];
    const leave = (path: string, reason: string): undefined => {
      report.left.push({ station, period: month, path, reason });
      return undefined;
    };
    for (const { row } of files) {
      const read = await storage.read(row.path, signal);
      if (read === undefined) throw lakeChanged(storage);
      report.filesRead++;
      try {
        const rows = readRows(read.bytes, known);
        for (const column of rows.columns) {
          if (!isNanColumn(column) && !known.includes(column)) known.push(column);
        }
        const reason = uncountableColumn(rows.columns, description.columns);
        if (reason !== undefined) return leave(row.path, reason);
        hours.add({ ...rows, columns: withRoles(rows.columns, description.columns).columns });
      } catch (error) {
        return leave(row.path, error instanceof Error ? error.message : String(error));
      }
      if (hours.rowsWithoutTime > 0) return leave(row.path, 'it has rows without a time, which no bucket can count');
    }
    return hours.sorted();
  }
}

/** What a run says that met other files than it planned with. */
export function lakeChanged(storage: LakeStorage): ToolError {
  return new ToolError(
    EXIT.unexpected,
    `The lake at ${storage.url} changed while it was rolled up`,
    'Run tidelake manifest, then the same command again. Nothing was changed.',
  );
}

/** How many stations to take together, so that memory is bounded and each part of hours is read a few times at most. */
function stationsTogether(hourParts: readonly RollupPart[], { order }: PeriodPlan): number {
  const hours = hourParts.reduce((sum, { rows }) => sum + rows, 0);
  if (hours === 0) return 1;
  return Math.max(1, Math.floor((DAYS_TOGETHER * HOURS_PER_DAY * order.size) / hours));
}

function monthsOf(year: string): string[] {
  return Array.from({ length: 12 }, (_, month) => `${year}-${String(month + 1).padStart(2, '0')}`);
}

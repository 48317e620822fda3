import { HIVE_NULL, parsePartitionPath, type LakeDescription } from '@tidelake/lake-format';
import type { ManifestRow } from '../manifest/manifest-row';
import { columnKey } from '../manifest/manifest-row';
import { partitionValue } from '../manifest/partition-of';
import { stationKey } from '../manifest/source-digest';

/** Which part of a lake is wanted; what is not given is not limited. */
export interface PullWindow {
  stations?: ReadonlySet<string>;
  /** UTC milliseconds, included. */
  from?: number;
  /** UTC milliseconds, excluded. */
  until?: number;
}

const DAY_MS = 86_400_000;

/**
 * Whether a file may hold rows of a window, by what its manifest row says and else by its folders. It never says no where
 * it cannot know.
 */
export class WindowFilter {
  readonly #window: PullWindow;
  readonly #lake: LakeDescription | undefined;
  readonly #timeColumn: string | undefined;
  readonly #slackMs: number;

  /** @param lake undefined for a lake that does not describe itself */
  constructor(window: PullWindow, lake: LakeDescription | undefined) {
    this.#window = window;
    this.#lake = lake;
    const column = lake?.columns.find(({ role }) => role === 'time')?.name;
    this.#timeColumn = column === undefined ? undefined : columnKey(column);
    // Other collectors file rows under a neighbouring day.
    this.#slackMs = lake === undefined || lake.partitionTime === 'approximate' ? DAY_MS : 0;
  }

  takesPath(path: string): boolean {
    return this.#takesStation(path) && this.#takesDays(path);
  }

  takesRow(row: ManifestRow): boolean {
    if (!this.#takesStation(row.path)) return false;
    const time = this.#timeColumn === undefined ? undefined : row.statistics.get(this.#timeColumn);
    if (time?.kind !== 'time' || typeof time.min !== 'number' || typeof time.max !== 'number') {
      return this.#takesDays(row.path);
    }
    return this.#overlaps(time.min / 1000, time.max / 1000);
  }

  /** Whether files with rows in a span of UTC microseconds, or in one that is unknown, may be wanted. */
  takesTimes(span: readonly [first: number, last: number] | null): boolean {
    return span === null || this.#overlaps(span[0] / 1000, span[1] / 1000);
  }

  #takesStation(path: string): boolean {
    const { stations } = this.#window;
    if (stations === undefined) return true;
    const station = stationOf(path, this.#lake);
    return station !== undefined && stations.has(station);
  }

  #takesDays(path: string): boolean {
    const span = daysOf(path);
    return span === undefined || this.#overlaps(span[0] - this.#slackMs, span[1] + this.#slackMs - 1);
  }

  #overlaps(first: number, last: number): boolean {
    const { from = -Infinity, until = Infinity } = this.#window;
    return last >= from && first < until;
  }
}

/** The station that a path's folders name; undefined where they name none. */
export function stationOf(path: string, lake: LakeDescription | undefined): string | undefined {
  const key = lake === undefined ? undefined : stationKey(lake);
  if (key !== undefined) {
    const value = partitionValue(path, key);
    return value === null ? undefined : String(value);
  }
  return (
    parsePartitionPath(path).partitions.find((partition) => columnKey(partition.key) === 'station')?.value ?? undefined
  );
}

/**
 * The time that a path's folders speak of, by `year`, `month` and `day`, or by a date: UTC milliseconds, the end excluded.
 * @returns undefined where they do not
 */
export function daysOf(path: string): [start: number, end: number] | undefined {
  const values = new Map(
    parsePartitionPath(path).partitions.map(({ key, value }) => [columnKey(key), value ?? HIVE_NULL]),
  );
  const date = /^(\d{4})-(\d{2})-(\d{2})/.exec(values.get('date') ?? values.get('dt') ?? values.get('day') ?? '');
  if (date !== null) return daySpan(Number(date[1]), Number(date[2]), Number(date[3]));
  const year = wholeNumber(values.get('year'));
  if (year === undefined) return undefined;
  const month = wholeNumber(values.get('month'));
  return daySpan(year, month, month === undefined ? undefined : wholeNumber(values.get('day')));
}

function daySpan(year: number, month?: number, day?: number): [start: number, end: number] | undefined {
  const start = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  const end =
    month === undefined
      ? Date.UTC(year + 1, 0, 1)
      : day === undefined
        ? Date.UTC(year, month, 1)
        : Date.UTC(year, month - 1, day + 1);
  return Number.isNaN(start) || Number.isNaN(end) ? undefined : [start, end];
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

import type { LakeDescription, StationDescription } from '@tidelake/lake-format';
import { compareKeys } from '../serve/key-order';
import { columnKey, type ManifestRow } from './manifest-row';
import { partitionValue } from './partition-of';
import { stationKey } from './source-digest';

/** Degrees that a platform may drift and still be shown at one place: some ten kilometres. */
const ONE_PLACE = 0.1;

interface Observed {
  time: Range;
  latitude: Range;
  longitude: Range;
}

/** Least and greatest; the least is above the greatest where nothing is known. */
type Range = [number, number];

/** Finds out which stations a lake has whose writer does not say so: from its folders and its files' statistics. */
export class StationSurvey {
  readonly #stations = new Map<string, Observed>();

  add(row: ManifestRow, lake: LakeDescription): void {
    const key = stationKey(lake);
    const id = key === undefined ? null : partitionValue(row.path, key);
    if (id === null || row.rows === 0) return;
    const known = this.#stations.get(String(id)) ?? { time: nothing(), latitude: nothing(), longitude: nothing() };
    this.#stations.set(String(id), known);
    for (const role of ['time', 'latitude', 'longitude'] as const) {
      const name = lake.columns.find((column) => column.role === role)?.name;
      const statistics = name === undefined ? undefined : row.statistics.get(columnKey(name));
      const { min, max } = statistics ?? {};
      if (typeof min !== 'number' || typeof max !== 'number') continue;
      known[role][0] = Math.min(known[role][0], min);
      known[role][1] = Math.max(known[role][1], max);
    }
  }

  /** The stations with those that were known before, sorted by id. */
  describe(before: readonly StationDescription[]): StationDescription[] {
    const stations = new Map(before.map((station) => [station.id, station]));
    for (const [id, { time, latitude, longitude }] of this.#stations) {
      const known = stations.get(id);
      const firstTime = earlier(known?.firstTime, instant(time[0], Math.floor));
      const lastTime = later(known?.lastTime, instant(time[1], Math.ceil));
      const place = placeOf(known, latitude, longitude);
      stations.set(id, {
        ...known,
        id,
        ...place,
        ...(firstTime === undefined ? {} : { firstTime }),
        ...(lastTime === undefined ? {} : { lastTime }),
        devices: known?.devices ?? [],
      });
    }
    return [...stations.values()].sort((first, second) => compareKeys(first.id, second.id));
  }
}

function nothing(): Range {
  return [Infinity, -Infinity];
}

function placeOf(
  known: StationDescription | undefined,
  latitude: Range,
  longitude: Range,
): { latitude?: number; longitude?: number } {
  if (known?.latitude !== undefined) return {};
  const isOne = ([least, most]: Range, limit: number): boolean =>
    least <= most && most - least <= ONE_PLACE && least >= -limit && most <= limit;
  if (!isOne(latitude, 90) || !isOne(longitude, 180)) return {};
  return { latitude: middle(latitude), longitude: middle(longitude) };
}

function middle([least, most]: Range): number {
  return least + (most - least) / 2;
}

/** @param us UTC microseconds */
function instant(us: number, round: (value: number) => number): string | undefined {
  const ms = round(us / 1000);
  return Math.abs(ms) <= 8.64e15 && new Date(ms).getUTCFullYear() >= 0 && new Date(ms).getUTCFullYear() < 10_000
    ? new Date(ms).toISOString()
    : undefined;
}

function earlier(first: string | undefined, second: string | undefined): string | undefined {
  return first !== undefined && (second === undefined || Date.parse(first) <= Date.parse(second)) ? first : second;
}

function later(first: string | undefined, second: string | undefined): string | undefined {
  return first !== undefined && (second === undefined || Date.parse(first) >= Date.parse(second)) ? first : second;
}

import type { StationDescription } from '@tidelake/lake-format';
import type { MergedPartition } from '../write/partition-merger';

/** What the rows of a run say about one station. Times are UTC microseconds. */
export interface Observed {
  first: number;
  last: number;
  /** Position of the earliest observation, null where it has none. */
  position: { latitude: number; longitude: number } | null;
  /** Least depth of each device in metres, null where it has none. */
  devices: Map<string, number | null>;
}

/** Collects what `lake.json` says about stations from the partitions as they are written. */
export class StationObservations {
  readonly #stations = new Map<string, Observed>();

  /** First and last observation of all, UTC microseconds; undefined where there was none. */
  get span(): { first: number; last: number } | undefined {
    const all = [...this.#stations.values()];
    if (all.length === 0) return undefined;
    return { first: Math.min(...all.map(({ first }) => first)), last: Math.max(...all.map(({ last }) => last)) };
  }

  /** Takes note of what a partition's rows say. */
  add(station: string, own: Observed): void {
    const before = this.#stations.get(station);
    this.#stations.set(station, before === undefined ? own : united(before, own));
  }

  /** The stations as `lake.json` has them, sorted by id. */
  describe(): StationDescription[] {
    return [...this.#stations]
      .map(([id, { first, last, position, devices }]) => ({
        id,
        ...position,
        firstTime: isoOf(Math.floor(first / 1000)),
        lastTime: isoOf(Math.ceil(last / 1000)),
        devices: [...devices].map(([device, depth]) => ({ id: device, ...(depth === null ? {} : { depth }) })),
      }))
      .sort(byId);
  }
}

/** What a partition's rows, which are sorted by time, say about its station; undefined where there are none. */
export function observe({ columns, values, kept }: MergedPartition): Observed | undefined {
  const at = (role: string): number => columns.findIndex((column) => column.role === role);
  const time = values[at('time')] ?? [];
  const latitude = values[at('latitude')] ?? [];
  const longitude = values[at('longitude')] ?? [];
  const depth = values[at('depth')] ?? [];
  const device = values[at('device')] ?? [];
  const dictionary = columns[at('device')]?.dictionary;
  const first = kept[0];
  const last = kept[kept.length - 1];
  if (first === undefined || last === undefined) return undefined;

  const depths = leastDepths(device, depth, kept);
  const devices = new Map<string, number | null>();
  for (const [id, least] of depths) devices.set(dictionary?.textOf(id) ?? '', Number.isNaN(least) ? null : least);
  return {
    first: Number(time[first]),
    last: Number(time[last]),
    position: positionOf(Number(latitude[first] ?? Number.NaN), Number(longitude[first] ?? Number.NaN)),
    devices,
  };
}

/** The least depth of each device in metres, NaN where none is known, by the number of the device. */
function leastDepths(
  device: ArrayLike<number | bigint>,
  depth: ArrayLike<number | bigint>,
  kept: Uint32Array,
): Map<number, number> {
  const depths = new Map<number, number>();
  let lastId = -1;
  let lastDepth = Number.NaN;
  for (let place = 0; place < kept.length; place++) {
    const row = kept[place] ?? 0;
    const id = Number(device[row] ?? 0);
    const own = Number(depth[row] ?? Number.NaN);
    const isSameDepth = own === lastDepth || (Number.isNaN(own) && Number.isNaN(lastDepth));
    if (place > 0 && id === lastId && isSameDepth) continue;
    lastId = id;
    lastDepth = own;
    const known = depths.get(id);
    if (known === undefined || own < known || Number.isNaN(known)) depths.set(id, own);
  }
  return depths;
}

function positionOf(latitude: number, longitude: number): { latitude: number; longitude: number } | null {
  return Number.isNaN(latitude) || Number.isNaN(longitude) ? null : { latitude, longitude };
}

function united(one: Observed, other: Observed): Observed {
  const devices = new Map(one.devices);
  for (const [device, depth] of other.devices) devices.set(device, leastOf(devices.get(device) ?? null, depth));
  const earlier = other.first < one.first ? other : one;
  return {
    first: earlier.first,
    last: Math.max(one.last, other.last),
    position: earlier.position ?? one.position ?? other.position,
    devices,
  };
}

/**
 * What was known of a station together with what is known now. Of two positions or depths that were observed, the one of
 * the earlier observation and the least depth stay, so that the order of ingests does not matter.
 */
export function unitedStation(before: StationDescription, now: StationDescription): StationDescription {
  const nowIsEarlier = (now.firstTime ?? '9') < (before.firstTime ?? '9');
  const [first, second] = nowIsEarlier ? [now, before] : [before, now];
  const position = first.latitude === undefined ? second : first;
  const devices = new Map(before.devices.map((device) => [device.id, device]));
  for (const device of now.devices) {
    const known = devices.get(device.id);
    const depth = leastOf(known?.depth ?? null, device.depth ?? null);
    devices.set(device.id, { ...known, ...device, ...(depth === null ? {} : { depth }) });
  }
  const firstTime = [before.firstTime, now.firstTime].filter((time) => time !== undefined).sort()[0];
  const lastTime = [before.lastTime, now.lastTime]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  return {
    id: before.id,
    ...(before.name === undefined ? {} : { name: before.name }),
    ...(position.latitude === undefined ? {} : { latitude: position.latitude }),
    ...(position.longitude === undefined ? {} : { longitude: position.longitude }),
    ...(firstTime === undefined ? {} : { firstTime }),
    ...(lastTime === undefined ? {} : { lastTime }),
    devices: [...devices.values()].sort(byId),
  };
}

function leastOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

/** ISO 8601 to the millisecond: texts of equal length, so they sort like times. */
function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Sorts by id in the order of code points. */
export function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

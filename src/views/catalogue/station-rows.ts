import { MS_PER_DAY, type StationDescription } from '@tidelake/lake-format';
import type { DayCoverage } from '../../lake/coverage';
import { type LongitudeLatitude, sphereDistance } from '../../stats/sphere';
import { compareNames } from '../compare-names';
import { readPosition } from './position-text';
import { daysByStation } from './station-days';

/** A station as the table of stations shows it. What is not known is undefined. */
export interface StationRow {
  id: string;
  name: string;
  /** What it can be found by, in lower case. */
  words: string;
  longitude: number | undefined;
  latitude: number | undefined;
  /** The sea it stands in. */
  sea: string | undefined;
  devices: number;
  /** UTC milliseconds of its first and last observation, or of the first and last day known. */
  first: number | undefined;
  last: number | undefined;
  /** Days with files. */
  days: number | undefined;
  files: number | undefined;
  rows: number | undefined;
  /** Metres from the place that is searched for. */
  distance: number | undefined;
  /** Its days, in the order of time. */
  coverage: readonly DayCoverage[];
}

/** Columns that stations can be sorted by. */
export type StationColumn = 'name' | 'place' | 'devices' | 'first' | 'last' | 'days' | 'files' | 'rows';

export interface StationOrder {
  column: StationColumn;
  direction: 'ascending' | 'descending';
}

/**
 * The stations that a lake describes, and those of which it only has files, each with what it holds of them.
 * @param days undefined where days are not known by station
 * @param seaAt the sea of a place
 */
export function stationRows(
  stations: readonly StationDescription[],
  days: readonly DayCoverage[] | undefined,
  seaAt: (longitude: number, latitude: number) => string | undefined = () => undefined,
): StationRow[] {
  const byStation = daysByStation(days ?? []);
  const described = new Set(stations.map(({ id }) => id));
  const others: StationDescription[] = [...byStation.keys()].flatMap((id) =>
    id === null || described.has(id) ? [] : { id, devices: [] },
  );
  return [...stations, ...others].map((station) => {
    const coverage = byStation.get(station.id) ?? [];
    const { longitude, latitude } = station;
    const sea = longitude === undefined || latitude === undefined ? undefined : seaAt(longitude, latitude);
    const name = station.name ?? station.id;
    return {
      id: station.id,
      name,
      words: `${station.id} ${name} ${sea ?? ''} ${station.devices.map(({ id }) => id).join(' ')}`.toLowerCase(),
      ...{ longitude, latitude, sea, coverage, distance: undefined, devices: station.devices.length },
      ...spanOf(station, coverage),
      ...totalsOf(coverage, days !== undefined),
    };
  });
}

function spanOf(
  { firstTime, lastTime }: StationDescription,
  coverage: readonly DayCoverage[],
): Pick<StationRow, 'first' | 'last'> {
  const [firstDay, lastDay] = [coverage[0]?.day, coverage.at(-1)?.lastDay];
  return {
    first: firstTime === undefined ? firstDay && firstDay * MS_PER_DAY : Date.parse(firstTime),
    last: lastTime === undefined ? lastDay && lastDay * MS_PER_DAY : Date.parse(lastTime),
  };
}

function totalsOf(coverage: readonly DayCoverage[], isKnown: boolean): Pick<StationRow, 'days' | 'files' | 'rows'> {
  if (!isKnown) return { days: undefined, files: undefined, rows: undefined };
  let [files, rows]: [number, number | undefined] = [0, 0];
  for (const day of coverage) {
    files += day.files;
    rows = rows === undefined || day.rows === null ? undefined : rows + day.rows;
  }
  return { days: coverage.length, files, rows };
}

/**
 * The stations that a search finds: those with all of its words in their name, id, sea or a device's id; or, where it is a
 * position such as `26.5 N, 76.7 W` or `26.5 -76.7`, all that have one, the nearest first.
 */
export function searchStations(rows: readonly StationRow[], search: string): StationRow[] {
  const place = readPosition(search);
  if (place) {
    return rows
      .flatMap((row): StationRow[] => {
        const position = positionOf(row);
        return position ? [{ ...row, distance: sphereDistance(place, position) }] : [];
      })
      .sort((left, right) => (left.distance ?? 0) - (right.distance ?? 0));
  }
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => words.every((word) => row.words.includes(word)));
}

function positionOf({ longitude, latitude }: StationRow): LongitudeLatitude | undefined {
  return longitude === undefined || latitude === undefined ? undefined : [longitude, latitude];
}

/** Stations in an order; those of which it is not known come last either way. Places go from north to south. */
export function sortStations(rows: readonly StationRow[], { column, direction }: StationOrder): StationRow[] {
  const sign = direction === 'ascending' ? 1 : -1;
  const numberOf = (row: StationRow): number | undefined => {
    if (column === 'place') return row.latitude === undefined ? undefined : -row.latitude;
    return column === 'name' ? undefined : row[column];
  };
  const byName = (left: StationRow, right: StationRow) => compareNames(left.name, right.name);
  return rows.toSorted((left, right) => {
    if (column === 'name') return sign * byName(left, right);
    const [a, b] = [numberOf(left), numberOf(right)];
    if (a === undefined || b === undefined) return a === b ? byName(left, right) : a === undefined ? 1 : -1;
    return sign * (a - b) || byName(left, right);
  });
}

/** Of each of so many equal stretches of a span the share of days with files, 0–1. */
export function coverageShares(
  coverage: readonly DayCoverage[],
  span: { from: number; until: number },
  stretches: number,
): number[] {
  const first = Math.floor(span.from / MS_PER_DAY);
  const days = Math.floor(span.until / MS_PER_DAY) + 1 - first;
  const count = Math.max(1, Math.min(stretches, days));
  const stretchOf = (day: number) => Math.min(count - 1, Math.floor(((day - first) * count) / days));
  const sizes = Array.from({ length: count }, () => 0);
  const covered = Array.from({ length: count }, () => 0);
  for (let day = first; day < first + days; day++) sizes[stretchOf(day)] = (sizes[stretchOf(day)] ?? 0) + 1;
  let reached = first;
  for (const { day, lastDay } of coverage) {
    for (let at = Math.max(reached, day); at <= Math.min(lastDay, first + days - 1); at++) {
      covered[stretchOf(at)] = (covered[stretchOf(at)] ?? 0) + 1;
      reached = at + 1;
    }
  }
  return covered.map((share, index) => share / (sizes[index] ?? 1));
}

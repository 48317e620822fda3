import type { StationDescription } from '@tidelake/lake-format';
import { MAP_COLUMNS } from '../../queries/map-cells';
import type { TimeBins } from '../../queries/time-bins';
import type { QueryResult, ResultColumn } from '../../workers/protocol';

/** A station as the map knows it: a fixed one by its place, a moving one by the places of its observations. */
export interface MapSite {
  id: string;
  name: string;
  /** Degrees; NaN where not known. */
  longitude: number;
  latitude: number;
}

/**
 * The answer of `mapCellsSql`: one entry for each station, platform, position and bin of time. The arrays are equally long and in
 * the order of platform and time. What is missing is NaN.
 */
export interface MapCells {
  length: number;
  sites: MapSite[];
  /** Whether observations have positions of their own. */
  positioned: boolean;
  /** The resolution of the H3 cells that positions were taken together by; undefined where they were not. */
  cellResolution: number | undefined;
  /** Whether flags were counted. */
  judges: boolean;
  /** Indexes into `sites`. */
  site: Int32Array;
  /** The number of the station and device that an entry belongs to. */
  platform: Int32Array;
  longitude: Float64Array;
  latitude: Float64Array;
  /** Indexes into the bins that were asked for. */
  bin: Int32Array;
  rows: Float64Array;
  count: Float64Array;
  sum: Float64Array;
  low: Float64Array;
  high: Float64Array;
  last: Float64Array;
  /** UTC milliseconds. */
  firstTime: Float64Array;
  lastTime: Float64Array;
  flagged: Float64Array;
  judged: Float64Array;
}

/** Reads the map's answer. @param stations those that the lake describes; others are taken from the answer */
export function readMapCells(
  result: QueryResult,
  { starts }: TimeBins,
  stations: readonly StationDescription[],
): MapCells {
  const column = (key: keyof typeof MAP_COLUMNS) => result.columns.find(({ name }) => name === MAP_COLUMNS[key]);
  const numbers = (key: keyof typeof MAP_COLUMNS) => numbersOf(column(key), result.rowCount);
  const texts = (key: keyof typeof MAP_COLUMNS) => textsOf(column(key), result.rowCount);
  const [station, platform, bin, firstTime] = [
    texts('station'),
    texts('platform'),
    numbers('bin'),
    numbers('firstTime'),
  ];

  const sites = stations.map(({ id, name, longitude, latitude }) => ({
    id,
    name: name ?? id,
    longitude: longitude ?? NaN,
    latitude: latitude ?? NaN,
  }));
  const siteIndex = new Map(sites.map(({ id }, index) => [id, index]));
  for (const id of station) {
    if (siteIndex.has(id)) continue;
    siteIndex.set(id, sites.length);
    sites.push({ id, name: id, longitude: NaN, latitude: NaN });
  }
  const platformIndex = new Map<string, number>();
  const platformNumber = Int32Array.from(station, (id, row) => {
    const key = `${siteIndex.get(id) ?? -1} ${platform[row] ?? ''}`;
    const known = platformIndex.get(key) ?? platformIndex.size;
    platformIndex.set(key, known);
    return known;
  });
  const binIndex = new Map(starts.map((start, index) => [start, index]));

  const order = Int32Array.from(station, (_, row) => row).sort(
    (left, right) =>
      (platformNumber[left] ?? 0) - (platformNumber[right] ?? 0) || (firstTime[left] ?? 0) - (firstTime[right] ?? 0),
  );
  const sorted = (values: ArrayLike<number>) => Float64Array.from(order, (row) => values[row] ?? NaN);
  const sortedIndex = (at: (row: number) => number | undefined) => Int32Array.from(order, (row) => at(row) ?? -1);
  return {
    length: result.rowCount,
    sites,
    positioned: column('longitude') !== undefined,
    cellResolution: resolutionOf(texts('cell').find((cell) => cell !== '')),
    judges: column('flagged') !== undefined,
    site: sortedIndex((row) => siteIndex.get(station[row] ?? '')),
    platform: sortedIndex((row) => platformNumber[row]),
    bin: sortedIndex((row) => binIndex.get(bin[row] ?? NaN)),
    longitude: sorted(numbers('longitude')),
    latitude: sorted(numbers('latitude')),
    rows: sorted(numbers('rows')),
    count: sorted(numbers('count')),
    sum: sorted(numbers('sum')),
    low: sorted(numbers('low')),
    high: sorted(numbers('high')),
    last: sorted(numbers('last')),
    firstTime: sorted(firstTime),
    lastTime: sorted(numbers('lastTime')),
    flagged: sorted(numbers('flagged')),
    judged: sorted(numbers('judged')),
  };
}

/** The resolution that an H3 index of a cell, in hexadecimal, carries in its bits 52 to 55 (H3 4, “Index bit layout”). */
function resolutionOf(cell: string | undefined): number | undefined {
  return cell !== undefined && /^8[0-9a-f]{14}$/i.test(cell) ? Number.parseInt(cell.charAt(1), 16) : undefined;
}

function numbersOf(column: ResultColumn | undefined, rows: number): Float64Array {
  if (!column || column.kind === 'text') return new Float64Array(rows).fill(NaN);
  return Float64Array.from({ length: rows }, (_, row) =>
    column.valid?.[row] === 0 ? NaN : Number(column.values[row] ?? NaN),
  );
}

function textsOf(column: ResultColumn | undefined, rows: number): string[] {
  return Array.from({ length: rows }, (_, row) =>
    column === undefined || column.valid?.[row] === 0 ? '' : String(column.values[row] ?? ''),
  );
}

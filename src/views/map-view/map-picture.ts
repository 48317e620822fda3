import type { FeatureCollection, LineString } from 'geojson';
import type { HexagonGrid } from '../../stats/hexagons';
import type { LongitudeLatitude } from '../../stats/sphere';
import type { Surface } from '../../stats/surface';
import { displayZone } from '../display-zone.svelte';
import { formatCount, formatLatitude, formatLongitude, formatRounded } from '../value-text';
import { formatInZone } from '../zone-text';
import { type ColorScale, colorScale, cssColor, scaleColors, scaleTicks, writeColor } from './color-scale';
import type { MapCells } from './map-cells';
import { byEntry, bySite, type MapFrame, type MapFrames, mapFrames } from './map-frames';
import type { BinRange, MapPoints } from './map-points';
import { entryPlaces, sitePlaces } from './site-places';
import { type Statistic, STATISTIC_NAMES } from './statistic';
import type { TrackProperties } from './tracks';
import type { TimeBins } from '../../queries/time-bins';

/** What pictures are made from, whatever their layer. */
export interface PictureInput {
  cells: MapCells;
  bins: TimeBins;
  /** The bin that is shown; undefined for the whole window. */
  step: number | undefined;
  statistic: Statistic;
  /** The variable's name and unit, as people read them. */
  variable: string;
  unit: string;
  /** Ids of the stations that are chosen. */
  chosen: readonly string[];
}

/** How colours are to be read. */
export interface Legend {
  title: string;
  /** Evenly from the lowest to the highest value; one where there is one value. */
  colors: string[];
  ticks: string[];
  notes: string[];
}

/** One picture of the map's data. Parts that a layer does not have are undefined. */
export interface MapPicture {
  points?: MapPoints;
  areas?: { rings: LongitudeLatitude[][]; colors: (string | undefined)[]; centres: LongitudeLatitude[] };
  tracks?: FeatureCollection<LineString, TrackProperties>;
  /** Colours of tracks by the bin that they end in. */
  trackStops?: [bin: number, color: string][];
  /** The bins whose points and tracks are shown. */
  range: BinRange;
  /** A colour for each station, where stations are coloured. */
  siteColors?: (string | undefined)[];
  legend: Legend;
  /** The read-out of a point or an area, a line each. */
  describe: (index: number) => string[];
  /** The station that a point belongs to. */
  siteOf: (index: number) => number | undefined;
}

const EVERYTHING: BinRange = { first: 0, last: Infinity };

/** Stations coloured by a statistic, moving ones where they were last. */
export function stationPicture(input: PictureInput, frames: MapFrames): MapPicture {
  const { cells, step } = input;
  const chosen = new Set(input.chosen);
  const frame = frameOf(frames, step);
  const scale = scaleOf(input, frames, frame.values);
  const places = sitePlaces(cells, step);
  const points = emptyPoints(places.longitude, places.latitude);
  for (let site = 0; site < cells.sites.length; site++) {
    const value = frame.values[site] ?? NaN;
    writeColor(scale, value, points.colors, 3 * site);
    const size = chosen.has(cells.sites[site]?.id ?? '') ? 15 : 10;
    points.sizes[site] = Number.isNaN(value) ? size / 2 : size;
  }
  const withValue = frame.values.filter((value) => !Number.isNaN(value)).length;
  return {
    points,
    siteColors: Array.from(frame.values, (value) => (Number.isNaN(value) ? undefined : cssColor(scale, value))),
    range: EVERYTHING,
    legend: legendOf(input, scale, [
      `n ${formatCount(sumOf(frame.count))} in ${formatCount(withValue)} of ${formatCount(cells.sites.length)} stations`,
    ]),
    describe: (site) => [
      cells.sites[site]?.name ?? '',
      ...valueLines(input, frame, site),
      placeText([places.longitude[site] ?? NaN, places.latitude[site] ?? NaN]),
    ],
    siteOf: (site) => site,
  };
}

/** Every position that was observed at, coloured by a statistic of what was observed there. */
export function positionPicture(input: PictureInput, frames: MapFrames): MapPicture {
  const { cells, step } = input;
  const frame = frames.whole;
  const scale = scaleOf({ ...input, step: undefined }, frames, frame.values);
  const points = emptyPoints(cells.longitude, cells.latitude);
  for (let entry = 0; entry < cells.length; entry++) {
    writeColor(scale, frame.values[entry] ?? NaN, points.colors, 3 * entry);
    points.bins[entry] = cells.bin[entry] ?? 0;
    points.sizes[entry] = Number.isNaN(frame.values[entry] ?? NaN) ? 3 : 6;
  }
  return {
    points,
    range: step === undefined ? EVERYTHING : { first: step, last: step },
    legend: legendOf(input, scale, [`n ${formatCount(sumOf(frame.count))} at ${formatCount(cells.length)} positions`]),
    describe: (entry) => entryLines(input, frame, entry),
    siteOf: (entry) => cells.site[entry],
  };
}

/** The ways of platforms, coloured by time, up to the bin that is shown. */
export function trackPicture(
  input: PictureInput,
  tracks: FeatureCollection<LineString, TrackProperties>,
  frames: MapFrames,
): MapPicture {
  const { cells, bins, step } = input;
  const count = bins.starts.length;
  const scale = colorScale([0, Math.max(1, count - 1)], 'mean');
  const points = emptyPoints(cells.longitude, cells.latitude);
  const ends = new Map<number, number>();
  for (let entry = 0; entry < cells.length; entry++) {
    const bin = cells.bin[entry] ?? 0;
    writeColor(scale, bin, points.colors, 3 * entry);
    points.bins[entry] = bin;
    points.sizes[entry] = 4;
    if (bin <= (step ?? Infinity)) ends.set(cells.platform[entry] ?? -1, entry);
  }
  // Where each platform is now stands out.
  for (const entry of ends.values()) points.sizes[entry] = 9;
  const [from = NaN, to] = [bins.starts[0], bins.end];
  return {
    points,
    tracks,
    trackStops: bins.starts.map((_, bin) => [bin, cssColor(scale, bin)]),
    range: { first: 0, last: step ?? Infinity },
    legend: {
      title: 'Time of the position',
      colors: scaleColors(scale),
      ticks: [from, to].map((time) => formatInZone(time, displayZone.name).slice(0, 10)),
      notes: [
        `${formatCount(new Set(cells.platform).size)} platforms, ${formatCount(cells.length)} positions`,
        'great circles between positions in turn',
      ],
    },
    describe: (entry) => entryLines(input, frames.whole, entry),
    siteOf: (entry) => cells.site[entry],
  };
}

/** H3 cells coloured by a statistic; those with fewer readings than wanted are hidden. */
export function hexagonPicture(input: PictureInput, grid: HexagonGrid, frames: MapFrames, least: number): MapPicture {
  const frame = frameOf(frames, input.step);
  const enough = (cell: number) => (frame.count[cell] ?? 0) >= least;
  const scale = scaleOf(
    input,
    frames,
    frame.values.map((value, cell) => (enough(cell) ? value : NaN)),
  );
  const colors = Array.from(frame.values, (value, cell) =>
    enough(cell) && !Number.isNaN(value) ? cssColor(scale, value) : undefined,
  );
  const filled = frame.count.filter((count) => count > 0).length;
  const shown = colors.filter((color) => color !== undefined).length;
  return {
    areas: { rings: grid.rings, colors, centres: grid.centres },
    range: EVERYTHING,
    legend: legendOf(input, scale, [
      `n ${formatCount(sumOf(frame.count))} in ${formatCount(shown)} cells, H3 resolution ${grid.resolution}`,
      ...(filled > shown ? [`${formatCount(filled - shown)} cells with n < ${least} hidden`] : []),
    ]),
    describe: (cell) => [
      `H3 cell ${grid.ids[cell] ?? ''}`,
      ...valueLines(input, frame, cell),
      placeText(grid.centres[cell] ?? [NaN, NaN]),
    ],
    siteOf: () => undefined,
  };
}

/** What was interpolated between stations, or between hexagons where platforms move, labelled as such. */
export function surfacePicture(input: PictureInput, surface: Surface, of: 'stations' | 'hexagons'): MapPicture {
  const { unit } = input;
  const scale = colorScale(surface.values, input.statistic);
  const { error, range, samples } = surface;
  const withUnit = (value: number) => `${formatRounded(value)} ${statisticUnit(input.statistic, unit)}`.trim();
  return {
    areas: {
      rings: surface.rings,
      colors: Array.from(surface.values, (value) => cssColor(scale, value)),
      centres: surface.centres,
    },
    range: EVERYTHING,
    legend: {
      ...legendOf(input, scale, [
        `interpolated: inverse distance, power ${surface.power}, ${surface.neighbours} nearest of ${formatCount(samples)} ${of}`,
        error.count > 0
          ? `leave-one-out error: RMS ${withUnit(error.rootMeanSquare)}, bias ${withUnit(error.bias)} (n ${formatCount(error.count)})`
          : 'too few in reach of each other to tell the error',
        `blank beyond ${formatCount(Math.round(range / 1000))} km of them`,
      ]),
    },
    describe: (cell) => [
      `Interpolated ${withUnit(surface.values[cell] ?? NaN)}`,
      ...(error.count > 0 ? [`± ${withUnit(error.rootMeanSquare)} (leave-one-out RMS)`] : []),
      placeText(surface.centres[cell] ?? [NaN, NaN]),
    ],
    siteOf: () => undefined,
  };
}

/** Pictures by station. */
export function siteFrames({ cells, statistic, bins }: PictureInput): MapFrames {
  return mapFrames(cells, bySite(cells), statistic, bins.starts.length);
}

/** Pictures by position. */
export function entryFrames({ cells, statistic, bins }: PictureInput): MapFrames {
  return mapFrames(cells, byEntry(cells), statistic, bins.starts.length);
}

/** Pictures by hexagon. */
export function hexagonFrames({ cells, statistic, bins }: PictureInput, grid: HexagonGrid): MapFrames {
  return mapFrames(cells, { groupOf: grid.cellOf, groups: grid.ids.length }, statistic, bins.starts.length);
}

/** The samples of a surface: stations where they stand still, else hexagons. */
export function surfaceSamples(
  { cells, step }: PictureInput,
  frames: MapFrames,
  centres: readonly LongitudeLatitude[] | undefined,
): { longitude: Float64Array; latitude: Float64Array; value: Float64Array } {
  const value = Float64Array.from(frameOf(frames, step).values);
  if (!centres) {
    const { longitude, latitude } = sitePlaces(cells, step);
    return { longitude, latitude, value };
  }
  return {
    longitude: Float64Array.from(centres, ([longitude]) => longitude),
    latitude: Float64Array.from(centres, ([, latitude]) => latitude),
    value,
  };
}

/** The frame that is shown. */
export function frameOf(frames: MapFrames, step: number | undefined): MapFrame {
  return step === undefined ? frames.whole : frames.at(step);
}

/** A value of a statistic, as people read it. */
export function valueText(value: number, statistic: Statistic, unit: string): string {
  if (Number.isNaN(value)) return 'no value';
  if (statistic === 'count') return formatCount(value);
  const sign = statistic === 'anomaly' && value > 0 ? '+' : '';
  return `${sign}${formatRounded(value)} ${statisticUnit(statistic, unit)}`.trim();
}

function statisticUnit(statistic: Statistic, unit: string): string {
  if (statistic === 'flagged') return '%';
  return statistic === 'count' ? '' : unit;
}

function scaleOf({ step, statistic }: PictureInput, frames: MapFrames, values: Float64Array): ColorScale {
  return colorScale(step === undefined ? values : frames.allValues(), statistic);
}

function legendOf({ statistic, variable, unit }: PictureInput, scale: ColorScale, notes: string[]): Legend {
  const inUnit = statisticUnit(statistic, unit);
  const name =
    statistic === 'count' ? 'Number of readings' : `${STATISTIC_NAMES[statistic]}: ${variable.toLowerCase()}`;
  return {
    title: inUnit === '' ? name : `${name} (${inUnit})`,
    colors: scaleColors(scale),
    ticks: scaleTicks(scale),
    notes: [...notes, ...(scale.clipped ? ['end colours: lowest and highest 2 %'] : [])],
  };
}

function valueLines({ statistic, unit }: PictureInput, { values, count }: MapFrame, group: number): string[] {
  const value = values[group] ?? NaN;
  return [
    `${STATISTIC_NAMES[statistic]} ${valueText(value, statistic, unit)}`,
    ...(statistic === 'count' ? [] : [`n ${formatCount(count[group] ?? 0)}`]),
  ];
}

function entryLines(input: PictureInput, frame: MapFrame, entry: number): string[] {
  const { cells } = input;
  const { longitude, latitude } = entryPlaces(cells);
  return [
    cells.sites[cells.site[entry] ?? -1]?.name ?? '',
    `${formatInZone(Math.floor((cells.firstTime[entry] ?? 0) / 60_000) * 60_000, displayZone.name)} ${displayZone.name}`,
    ...valueLines(input, frame, entry),
    placeText([longitude[entry] ?? NaN, latitude[entry] ?? NaN]),
  ];
}

function placeText([longitude, latitude]: LongitudeLatitude): string {
  if (Number.isNaN(longitude) || Number.isNaN(latitude)) return 'no position';
  return `${formatLatitude(latitude)} ${formatLongitude(longitude > 180 ? longitude - 360 : longitude)}`;
}

function emptyPoints(longitude: Float64Array, latitude: Float64Array): MapPoints {
  const count = longitude.length;
  return {
    longitude,
    latitude,
    colors: new Uint8Array(3 * count),
    sizes: new Float32Array(count),
    bins: new Float32Array(count),
  };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

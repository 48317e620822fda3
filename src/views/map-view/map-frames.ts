import type { MapCells } from './map-cells';
import { groupTotals, type Statistic, statisticOf } from './statistic';

/** The entries of the map's answer divided into groups: stations, hexagons, or each by itself. */
export interface Grouping {
  /** The group of each entry; negative for none. */
  groupOf: Int32Array;
  groups: number;
}

/** What a picture of some time shows: a value a group, and of how many readings it is made. */
export interface MapFrame {
  /** NaN where there is none. */
  values: Float64Array;
  count: Float64Array;
}

/** The picture of the whole window, or of each of its bins. */
export interface MapFrames {
  whole: MapFrame;
  /** The picture of one bin of time. */
  at(bin: number): MapFrame;
  /** Every value of every bin, so that colours mean the same throughout. */
  allValues(): Float64Array;
}

/** Makes the pictures of a statistic. Those of the bins are made at once when the first one is wanted. */
export function mapFrames(cells: MapCells, grouping: Grouping, statistic: Statistic, bins: number): MapFrames {
  const { groupOf, groups } = grouping;
  const totals = groupTotals(cells, groupOf, groups);
  let frames: MapFrame[] | undefined;

  function everyBin(): MapFrame[] {
    if (frames) return frames;
    const byBin = groupOf.map((group, entry) => (group < 0 ? -1 : (cells.bin[entry] ?? -1) * groups + group));
    const totalsByBin = groupTotals(cells, byBin, groups * bins);
    frames = Array.from({ length: bins }, (_, bin) => {
      const of = (all: Float64Array) => all.subarray(bin * groups, (bin + 1) * groups);
      const inBin = { ...totalsByBin };
      for (const key of Object.keys(inBin) as (keyof typeof inBin)[]) inBin[key] = of(totalsByBin[key]);
      return { values: statisticOf(inBin, statistic), count: inBin.count };
    });
    return frames;
  }

  return {
    whole: { values: statisticOf(totals, statistic), count: totals.count },
    at: (bin) => everyBin()[bin] ?? { values: new Float64Array(groups).fill(NaN), count: new Float64Array(groups) },
    allValues: () => Float64Array.from(everyBin().flatMap(({ values }) => [...values])),
  };
}

/** Each station a group. */
export function bySite(cells: MapCells): Grouping {
  return { groupOf: cells.site, groups: cells.sites.length };
}

/** Each entry a group. */
export function byEntry(cells: MapCells): Grouping {
  return { groupOf: cells.site.map((_, entry) => entry), groups: cells.length };
}

import type { RollupGrain, RollupPart } from '@tidelake/lake-format';
import { compareUtf8 } from '../literal';

/** A file that may hold rows, with the times they lie between (both included, UTC microseconds) where these are known. */
export interface DatedFile {
  key: string;
  station: string | null;
  times: { first: number; last: number } | undefined;
}

/** Rollup parts that stand for files. */
export interface RollupChoice {
  grain: RollupGrain;
  parts: RollupPart[];
  /** Whose rows they stand for, all of them; the files of others are to be read. */
  stations: string[];
}

/**
 * Chooses the tier that stands for the most files: a station's rows come from a tier only where it has parts for all
 * times that its files may have rows of. The coarser tier goes first, then the one that is not divided by place.
 * @param rollups those of the manifest
 * @param grains that answer the statement, the coarser first
 */
export function chooseRollups(
  rollups: readonly RollupPart[],
  grains: readonly RollupGrain[],
  files: readonly DatedFile[],
): RollupChoice | undefined {
  const tiers = new Map<string, RollupPart[]>();
  for (const part of rollups) {
    const name = JSON.stringify([part.grain, part.cells ?? null]);
    tiers.set(name, [...(tiers.get(name) ?? []), part]);
  }
  const byStation = filesByStation(files);
  const choices = grains.flatMap((grain) =>
    [...tiers.values()]
      .filter(([part]) => part?.grain === grain)
      .sort(([one], [other]) => (one?.cells ?? -1) - (other?.cells ?? -1))
      .map((parts) => partsFor(grain, parts, byStation)),
  );
  const [best] = choices.sort((one, other) => other.files - one.files);
  return best === undefined || best.files === 0 ? undefined : best.choice;
}

function filesByStation(files: readonly DatedFile[]): Map<string, DatedFile[]> {
  const stations = new Map<string, DatedFile[]>();
  for (const file of files) {
    if (file.station === null) continue;
    const own = stations.get(file.station);
    if (own === undefined) stations.set(file.station, [file]);
    else own.push(file);
  }
  return stations;
}

function partsFor(
  grain: RollupGrain,
  parts: readonly RollupPart[],
  byStation: ReadonlyMap<string, DatedFile[]>,
): { files: number; choice: RollupChoice } {
  const used = new Set<RollupPart>();
  const stations: string[] = [];
  let count = 0;
  for (const [station, files] of byStation) {
    const periods = periodsOf(files, grain);
    const own = [...(periods ?? [])].map((period) =>
      parts.find((part) => part.period === period && isWithin(part, station)),
    );
    if (own.length === 0 || own.includes(undefined)) continue;
    for (const part of own) if (part) used.add(part);
    stations.push(station);
    count += files.length;
  }
  return { files: count, choice: { grain, parts: parts.filter((part) => used.has(part)), stations } };
}

function isWithin({ stations: [first, last] }: RollupPart, station: string): boolean {
  return compareUtf8(first, station) <= 0 && compareUtf8(station, last) <= 0;
}

/** The periods that rows of the files may lie in; undefined where a file does not tell. */
function periodsOf(files: readonly DatedFile[], grain: RollupGrain): Set<string> | undefined {
  const length = grain === 'hour' ? 'YYYY-MM'.length : 'YYYY'.length;
  const periods = new Set<string>();
  for (const { times } of files) {
    if (times === undefined) return undefined;
    const [first, last] = [new Date(times.first / 1000), new Date(times.last / 1000)];
    if (Number.isNaN(first.getTime()) || Number.isNaN(last.getTime())) return undefined;
    for (let at = first; at <= last; at = nextPeriod(at, grain)) periods.add(at.toISOString().slice(0, length));
  }
  return periods;
}

function nextPeriod(at: Date, grain: RollupGrain): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), grain === 'hour' ? at.getUTCMonth() + 1 : 12, 1));
}

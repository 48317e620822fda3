import type { ReadableLake } from '../manifest/readable-lake';
import { planPull } from '../pull/pull-plan';
import { stationOf } from '../pull/pull-window';
import { compareKeys } from '../serve/key-order';
import type { ExportPlan } from './export-plan';

/** A data file and the station it is of. */
export interface LakeFile {
  /** Relative to the lake's root. */
  path: string;
  station: string;
  /** What the manifest says; null where it does not. */
  etag: string | null;
}

/**
 * The data files that may hold rows of the stations and times asked for, in the order of their paths: through the manifest
 * where there is one, else by listing.
 */
export async function* lakeFiles(
  { lake, data, state, description }: ReadableLake,
  { lake: described, stations, from, to }: ExportPlan,
  signal: AbortSignal,
): AsyncGenerator<LakeFile> {
  // Where all are wanted, files of stations that lake.json does not know yet are as well, and those of none.
  const isSome = stations.length < described.stations.length;
  const window = {
    ...(isSome ? { stations: new Set(stations.map(({ id }) => id)) } : {}),
    ...(Number.isFinite(from) ? { from: Math.floor(from / 1000) } : {}),
    ...(Number.isFinite(to) ? { until: Math.ceil(to / 1000) } : {}),
  };
  const files: LakeFile[] = [];
  const isListed = description.manifest !== true;
  for await (const { key, etag } of planPull(lake, data, state, window, signal)) {
    const file = { path: key, station: stationOf(key, description) ?? '', etag };
    if (isListed) yield file;
    else files.push(file);
  }
  // A manifest goes by months, and stations are to stay together.
  yield* files.sort((one, other) => compareKeys(one.path, other.path));
}

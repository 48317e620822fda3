import type { LakeDescription, StationDescription } from '@tidelake/lake-format';
import { columnKey } from '../manifest/manifest-row';
import { manifestRows, readLakeState, writeDescription } from '../manifest/manifest-store';
import { refreshManifest } from '../manifest/refresh-manifest';
import { LakeLock } from '../publish/lake-lock';
import type { LocalStorage } from '../storage/local-storage';
import type { PullReport } from './pull-report';
import { stationOf } from './pull-window';

/** First and last time of rows, in UTC microseconds. */
type TimeSpan = [first: number, last: number];

/**
 * Makes a folder with files of a lake a lake of its own: a manifest of what is there, and `lake.json` with the stations,
 * spans and totals of that.
 * @param far what the whole lake says of itself
 */
export async function describePulled(
  folder: LocalStorage,
  report: PullReport,
  far: LakeDescription,
  signal: AbortSignal,
): Promise<void> {
  const lock = await LakeLock.acquire(folder.url);
  try {
    const own = { ...far };
    delete own.dataRoot;
    const before = (await readLakeState(folder, signal)).description;
    if (before?.manifest !== true) delete own.manifest;
    await writeDescription(folder, own, signal);
    const built = await refreshManifest({
      data: folder,
      storage: folder,
      dataRoot: undefined,
      h3: undefined,
      checksums: undefined,
      isExclusive: true,
      signal,
      onProgress: () => undefined,
    });
    report.manifest = true;
    report.notices.push(...built.damaged.map(({ path, reason }) => `${path} is not in the manifest: ${reason}`));
    const { description, index } = await readLakeState(folder, signal);
    if (description === undefined) return;
    const spans = new Map<string, TimeSpan | undefined>();
    const timeColumn = description.columns.find(({ role }) => role === 'time')?.name;
    for await (const row of manifestRows(folder, index.parts, signal)) {
      const station = stationOf(row.path, description);
      const time = timeColumn === undefined ? undefined : row.statistics.get(columnKey(timeColumn));
      if (station === undefined) continue;
      const isKnown = typeof time?.min === 'number' && typeof time.max === 'number';
      spans.set(station, united(spans.get(station), isKnown ? [Number(time.min), Number(time.max)] : undefined));
    }
    const stations = description.stations.flatMap((station) => within(station, spans));
    report.stations = stations.length;
    await writeDescription(folder, { ...description, stations }, signal);
  } finally {
    await lock.release();
  }
}

function united(one: TimeSpan | undefined, other: TimeSpan | undefined): TimeSpan | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
}

/** A station with the times of the files that are there; nothing where there are none. */
function within(station: StationDescription, spans: ReadonlyMap<string, TimeSpan | undefined>): StationDescription[] {
  if (!spans.has(station.id)) return [];
  const span = spans.get(station.id);
  if (span === undefined) return [station];
  const iso = (microseconds: number): string => new Date(microseconds / 1000).toISOString();
  return [{ ...station, firstTime: iso(span[0]), lastTime: iso(span[1]) }];
}

import { isDataPath, parsePartition } from '@tidelake/lake-format';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { folderOf } from './compact-plan';
import { parseTimeFolder, type TimeFolder } from './time-folder';

/** Data files of folders that differ in time only. */
export interface Series {
  folders: Map<string, { folder: TimeFolder; objects: StoredObject[] }>;
}

/** The data files of some folders, series by series, without listing the others. */
export async function* listFolders(
  storage: LakeStorage,
  folders: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Series> {
  const all = new Map<string, Series>();
  for (const path of folders) {
    const folder = parseTimeFolder(path);
    const objects: StoredObject[] = [];
    for await (const page of storage.list(`${path}/`, signal)) {
      objects.push(...page.filter(({ key }) => isDataPath(key) && folderOf(key) === path));
    }
    if (objects.length === 0) continue;
    const series = all.get(folder.series) ?? { folders: new Map() };
    all.set(folder.series, series);
    series.folders.set(path, { folder, objects });
  }
  yield* all.values();
}

/**
 * Lists a lake's data files series by series. Where the folders of a station lie together, as in `station=/year=/…`, one
 * station is in memory at a time.
 */
export async function* listSeries(
  storage: LakeStorage,
  isWanted: (folder: TimeFolder) => boolean,
  signal: AbortSignal,
): AsyncGenerator<Series> {
  let prefix: string | undefined;
  let together = new Map<string, Series>();
  let last: TimeFolder | undefined;
  for await (const page of storage.list('', signal)) {
    for (const object of page) {
      if (!isDataPath(object.key)) continue;
      const path = folderOf(object.key);
      const folder: TimeFolder = last?.path === path ? last : parseTimeFolder(path);
      last = folder;
      const own = prefixOf(folder);
      if (own !== prefix) {
        yield* together.values();
        together = new Map();
        prefix = own;
      }
      if (!isWanted(folder)) continue;
      const series = together.get(folder.series) ?? { folders: new Map() };
      together.set(folder.series, series);
      const known = series.folders.get(path);
      if (known === undefined) series.folders.set(path, { folder, objects: [object] });
      else known.objects.push(object);
    }
  }
  yield* together.values();
}

/** A series' path up to its first time key: what comes before it in every listing of the series. */
function prefixOf({ series, grain }: TimeFolder): string {
  if (grain === 'all') return '';
  const segments = series.split('/');
  const first = segments.findIndex((segment) => segment.endsWith('=') && parsePartition(segment) !== undefined);
  return segments.slice(0, Math.max(0, first)).join('/');
}

import { formatPartition, isDataPath, type LakeDescription } from '@tidelake/lake-format';
import { manifestRows, type LakeState } from '../manifest/manifest-store';
import { stationKey } from '../manifest/source-digest';
import { compareKeys } from '../serve/key-order';
import type { LakeStorage } from '../storage/lake-storage';
import type { LocalStorage } from '../storage/local-storage';
import { WindowFilter, type PullWindow } from './pull-window';

/** A data file to be pulled, with what is known of it beforehand. */
export interface PullFile {
  key: string;
  /** Bytes. */
  size: number;
  /** Null where a manifest does not know it. */
  etag: string | null;
  /** Lower-case hex. */
  sha256: string | null;
}

/**
 * Finds the data files of a lake that may hold rows of a window: through its manifest, else by listing, only below the
 * folders of the stations where they come first.
 * @param lake where lake.json and manifest are
 * @param data where the data files are
 */
export async function* planPull(
  lake: LakeStorage,
  data: LakeStorage,
  state: LakeState,
  window: PullWindow,
  signal: AbortSignal,
): AsyncGenerator<PullFile> {
  const filter = new WindowFilter(window, state.description);
  if (state.indexEtag !== undefined && state.description?.manifest === true) {
    const parts = state.index.parts.filter(({ time }) => filter.takesTimes(time));
    for await (const row of manifestRows(lake, parts, signal)) {
      if (filter.takesRow(row)) yield { key: row.path, size: row.bytes, etag: row.etag, sha256: row.sha256 };
    }
    return;
  }
  for (const prefix of prefixesOf(window, state.description)) {
    for await (const page of data.list(prefix, signal)) {
      for (const { key, size, etag } of page) {
        if (isDataPath(key) && filter.takesPath(key)) yield { key, size, etag, sha256: null };
      }
    }
  }
}

function prefixesOf({ stations }: PullWindow, lake: LakeDescription | undefined): string[] {
  const [first] = lake?.partitioning ?? [];
  // Elsewhere folders may be written in another way than ours: only what Tidelake writes is foreseeable.
  if (stations === undefined || lake === undefined || lake.partitionTime === 'approximate') return [''];
  const key = stationKey(lake);
  if (key === undefined || key.name !== first?.name || key.type !== 'text') return [''];
  const folders = [...stations].flatMap((value) => {
    // Other writers of Hive folders encode less than we do.
    return [formatPartition({ key: key.name, value }), `${key.name}=${value}`];
  });
  return [...new Set(folders)].sort(compareKeys).map((folder) => `${folder}/`);
}

/**
 * Learns the ETags of files of which the manifest knows no checksum, by listing their stations, where the folder has files
 * of those names and sizes already: a listing tells of a thousand at once whether they are the same.
 */
export async function fillEtags(
  files: readonly PullFile[],
  folder: LocalStorage,
  data: LakeStorage,
  signal: AbortSignal,
): Promise<void> {
  const unknown = new Map<string, PullFile>();
  for (const file of files) {
    if (file.etag !== null || file.sha256 !== null) continue;
    if ((await folder.describe(file.key))?.size === file.size) unknown.set(file.key, file);
  }
  const prefixes = new Set([...unknown.keys()].map((key) => key.slice(0, key.indexOf('/') + 1)));
  for (const prefix of prefixes) {
    for await (const page of data.list(prefix, signal)) {
      for (const { key, size, etag } of page) {
        const file = unknown.get(key);
        if (file?.size === size) file.etag = etag;
      }
    }
  }
}

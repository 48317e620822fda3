import { formatPartition, isDataPath, type LakeDescription } from '@tidelake/lake-format';
import { manifestRows, type LakeState } from '../manifest/manifest-store';
import { stationKey } from '../manifest/source-digest';
import type { LakeStorage } from '../storage/lake-storage';
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
  return [...stations].sort().map((value) => `${formatPartition({ key: key.name, value })}/`);
}

import { MANIFEST_INDEX_PATH, parseManifestIndex } from '@tidelake/lake-format';
import type { ManifestIndex, ManifestPart } from '@tidelake/lake-format';
import { tableFromIPC } from 'apache-arrow';
import { LakeError } from '../lake/lake-error';
import type { LakeSchema } from '../lake/lake-schema';
import { sameName } from '../lake/lake-schema';
import { matchingFiles } from '../lake/manifest-files';
import type { ManifestFile, ManifestRows } from '../lake/manifest-files';
import { matchingParts } from '../lake/manifest-parts';
import { columnsOf, type Predicate } from '../lake/predicate';
import { countRequests } from '../sources/counting-store';
import { runInLanes } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import { readContentPart, type PartSurroundings } from './content-part';
import { manifestColumns, manifestRows } from './manifest-table';
import type { Progress } from './protocol';

/** Parts under way at once. */
const LANES = 16;

/** Files whose rows of the manifest stay decoded. */
const FILES_KEPT = 250_000;

export interface FindingFiles {
  store: ObjectStore;
  where: Predicate;
  /** Columns of the lake's table that facts are wanted of; those of the condition go without saying. */
  columns: readonly string[];
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** Files found, and how many others there are. */
export interface FoundFiles {
  files: ManifestFile[];
  pruned: number;
  /** Requests for parts. */
  requests: number;
}

/** A lake's own list of its files. */
export interface Manifest {
  /** Parts that are known, rollups that count. */
  readonly index: ManifestIndex;
  /** The files in which rows may fulfil a condition, with what is known of them. */
  find(request: FindingFiles): Promise<FoundFiles>;
}

interface KeptPart {
  /** Names of the columns asked for. */
  columns: string[];
  rows: ManifestRows;
}

/**
 * Reads the index of a lake's manifest.
 * @throws LakeError `not-a-lake` where it is damaged or newer than this site
 */
export async function readManifestIndex(store: ObjectStore, signal: AbortSignal): Promise<ManifestIndex> {
  const { value } = await store.get(MANIFEST_INDEX_PATH, signal);
  try {
    return parseManifestIndex(new TextDecoder().decode(value));
  } catch (error) {
    throw new LakeError(
      {
        code: 'not-a-lake',
        message: `${store.url}${MANIFEST_INDEX_PATH} cannot be read: ${error instanceof Error ? error.message : ''}`,
        advice: 'Write it anew with “tidelake manifest”, or update this site if the lake was made by a newer version.',
      },
      { cause: error },
    );
  }
}

/** A manifest whose parts are fetched when they are needed, once. */
export function createManifest(index: ManifestIndex, surroundings: PartSurroundings, schema: LakeSchema): Manifest {
  const kept = new Map<string, KeptPart>();

  async function rowsOf(
    store: ObjectStore,
    part: ManifestPart,
    columns: string[],
    signal: AbortSignal,
  ): Promise<ManifestRows> {
    const known = kept.get(part.path);
    if (known && columns.every((column) => known.columns.some((other) => sameName(other, column)))) {
      // A Map keeps the order of insertion, so the entry moves to the end of the line.
      kept.delete(part.path);
      kept.set(part.path, known);
      return known.rows;
    }
    const wanted = [...new Set([...(known?.columns ?? []), ...columns])];
    const { ipc } = await readContentPart(store, surroundings, part, manifestColumns(wanted), signal);
    const rows = manifestRows(tableFromIPC(ipc), part.path);
    kept.set(part.path, { columns: wanted, rows });
    let files = [...kept.values()].reduce((sum, { rows: { count } }) => sum + count, 0);
    for (const [oldest, { rows: old }] of kept) {
      if (files <= FILES_KEPT || oldest === part.path) break;
      files -= old.count;
      kept.delete(oldest);
    }
    return rows;
  }

  return {
    index,
    async find({ store, where, columns, signal, onProgress }) {
      const parts = matchingParts(index, schema, where);
      const wanted = [...new Set([...columns, ...columnsOf(where)])];
      const { store: counted, count } = countRequests(store);
      let done = 0;
      const found = await runInLanes(parts, LANES, signal, async (part, either) => {
        const rows = await rowsOf(counted, part, wanted, either);
        onProgress({ phase: 'list', done: ++done, total: parts.length, bytes: 0 });
        return matchingFiles(rows, schema, where);
      });
      const files = found.flat();
      return { files, pruned: totalsOf(index).files - files.length, requests: count.get };
    },
  };
}

/** Data files that a manifest names, and their bytes. */
export function totalsOf({ parts }: ManifestIndex): { files: number; bytes: number } {
  return parts.reduce((sum, part) => ({ files: sum.files + part.files, bytes: sum.bytes + part.dataBytes }), {
    files: 0,
    bytes: 0,
  });
}

import { MANIFEST_INDEX_PATH, parseManifestIndex } from '@tidelake/lake-format';
import type { ManifestIndex, ManifestPart } from '@tidelake/lake-format';
import { tableFromIPC } from 'apache-arrow';
import type { Table } from 'apache-arrow';
import { LakeError } from '../lake/lake-error';
import type { LakeSchema } from '../lake/lake-schema';
import { sameName } from '../lake/lake-schema';
import { matchingFiles } from '../lake/manifest-files';
import type { ManifestFile, ManifestRows } from '../lake/manifest-files';
import { matchingParts } from '../lake/manifest-parts';
import { columnsOf, type Predicate } from '../lake/predicate';
import type { ByteCache } from '../sources/byte-cache';
import { countRequests } from '../sources/counting-store';
import { runInLanes } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import { damagedFile } from './damaged-file';
import type { Decoder } from './decode-client';
import { manifestColumns, manifestRows } from './manifest-table';
import type { Progress } from './protocol';

/** Parts under way at once. */
const LANES = 16;

/** Files whose rows of the manifest stay decoded. */
const FILES_KEPT = 250_000;

/** Parts never change under their names, so one version of each is all there is. */
const ONLY_VERSION = 'content';

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

/** What a manifest is read with. */
interface Surroundings {
  cache: ByteCache;
  decoder: Decoder;
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
export function createManifest(index: ManifestIndex, surroundings: Surroundings, schema: LakeSchema): Manifest {
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
    const rows = manifestRows(await decodePart(store, surroundings, part, wanted, signal), part.path);
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

async function decodePart(
  store: ObjectStore,
  { cache, decoder }: Surroundings,
  part: ManifestPart,
  columns: string[],
  signal: AbortSignal,
): Promise<Table> {
  const bytes = (await cache.get(part.path, ONLY_VERSION)) ?? (await fetchPart(store, cache, part, signal));
  const request = { size: bytes.byteLength, parts: [{ start: 0, bytes }], name: part.path };
  const { rows } = await decoder.decode({ ...request, columns: manifestColumns(columns) });
  const ipc = rows[0]?.ipc;
  if (!ipc) throw damagedFile(part.path, new RangeError('a manifest part without its columns'));
  return tableFromIPC(ipc);
}

async function fetchPart(
  store: ObjectStore,
  cache: ByteCache,
  part: ManifestPart,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { value } = await store.get(part.path, signal);
  if (value.byteLength === part.bytes) {
    await cache.put(part.path, ONLY_VERSION, value);
    return value;
  }
  throw new LakeError({
    code: 'truncated',
    message: `${part.path} has ${value.byteLength} bytes, but the manifest’s index says ${part.bytes}.`,
    advice: 'Upload the lake again with “tidelake push”, or write its manifest anew with “tidelake manifest”.',
  });
}

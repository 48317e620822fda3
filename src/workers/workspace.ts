import { rollupColumnsOf } from '../lake/aggregate/rollup-columns';
import type { ByteCache } from '../sources/byte-cache';
import { createChunkShelf } from './chunk-shelf';
import type { ChunkShelf } from './chunk-shelf';
import type { Decoder } from './decoder-protocol';
import type { DescribedLake } from './describe-lake';
import type { Engine } from './engine';
import type { FooterCache } from './footers';
import { createLock } from './lock';
import type { Lock } from './lock';
import { createManifest } from './manifest';
import type { OpenLake } from './open-lake';
import { createResidency } from './residency';
import { createSchemaDifferences } from './schema-differences';
import { remakeUserViews } from './user-views';

/** What outlives an engine, so that another one is filled without asking the network again. */
export interface KeptBytes {
  /** Fetched bytes of all lakes, for queries on further columns of the same files. */
  files: ByteCache;
  footersOf(lake: DescribedLake): FooterCache;
}

/** An engine and the lakes that are tables in it. */
export interface Workspace {
  engine: Engine;
  /** Held while the lakes' views must stay as they are. */
  lock: Lock;
  shelf: ChunkShelf;
  /** By their names. */
  lakes: ReadonlyMap<string, OpenLake>;
  /** Makes the engine's lakes those of the map: what is new or described anew is opened, what is not there is removed. */
  settle(described: ReadonlyMap<string, DescribedLake>): Promise<void>;
  /** Gives back what is resident; tables of the user's own stay. */
  forget(): Promise<void>;
  /** Gives up the bytes that are kept of a file, in whichever lake it is. */
  forgetFile(key: string): Promise<void>;
}

/**
 * A workspace without lakes in an engine.
 * @param residentBudget bytes of decoded columns to keep, over all lakes
 */
export async function createWorkspace(
  engine: Engine,
  decoder: Decoder,
  kept: KeptBytes,
  residentBudget: number,
): Promise<Workspace> {
  const lock = createLock();
  const never = new AbortController().signal;
  const shelf = await createChunkShelf(engine, residentBudget);
  const lakes = new Map<string, OpenLake>();
  const origins = new Map<string, DescribedLake>();

  async function add(table: string, described: DescribedLake): Promise<void> {
    const { schema, sourceOf, walk, selection, store, summary, manifest, found } = described;
    const differences = found && createSchemaDifferences(schema, found.passedOver);
    const cache = cacheOf(kept.files, store.url);
    const rolledUp = manifest && manifest.rollups.length > 0 ? rollupColumnsOf(schema, summary.columns) : undefined;
    lakes.set(table, {
      table,
      schema,
      walk,
      ...(selection && { selection }),
      ...(manifest && { manifest: createManifest(manifest, { cache, decoder }, schema) }),
      ...(manifest && rolledUp && { rollups: { columns: rolledUp, parts: manifest.rollups } }),
      store,
      cache,
      footers: kept.footersOf(described),
      decoder,
      residency: await createResidency(engine, shelf, { table, schema, sourceOf, ...(differences && { differences }) }),
      ...(differences && { differences }),
      filesInLake: summary.totals?.files ?? null,
    });
    origins.set(table, described);
  }

  async function settle(described: ReadonlyMap<string, DescribedLake>): Promise<void> {
    let isRenewed = false;
    for (const [table, lake] of lakes) {
      if (described.get(table) === origins.get(table)) continue;
      isRenewed ||= described.has(table);
      lakes.delete(table);
      origins.delete(table);
      await lake.residency.remove();
    }
    for (const [table, origin] of described) if (!lakes.has(table)) await add(table, origin);
    if (isRenewed) await remakeUserViews(engine, new Set(lakes.keys()));
  }

  const isSettled = (described: ReadonlyMap<string, DescribedLake>) =>
    described.size === lakes.size && [...described].every(([table, origin]) => origins.get(table) === origin);

  return {
    engine,
    lock,
    shelf,
    lakes,
    settle: async (described) => {
      if (!isSettled(described)) await lock(never, () => settle(described));
    },
    forget: () =>
      lock(never, async () => {
        for (const lake of lakes.values()) await lake.residency.forget();
      }),
    async forgetFile(key) {
      for (const { cache, footers } of lakes.values()) {
        footers.remove(key);
        await cache.remove(key);
      }
    },
  };
}

/** One cache for all lakes, whose keys are relative to their own roots. */
export function cacheOf(cache: ByteCache, root: string): ByteCache {
  return {
    get: (key, etag) => cache.get(root + key, etag),
    has: (key, etag) => cache.has(root + key, etag),
    put: (key, etag, bytes) => cache.put(root + key, etag, bytes),
    remove: (key) => cache.remove(root + key),
    writeOut: () => cache.writeOut(),
    clear: () => cache.clear(),
  };
}

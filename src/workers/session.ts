import { DESCRIPTION_PATH, parseLakeDescription } from '@tidelake/lake-format';
import type { LakeDescription } from '@tidelake/lake-format';
import { LakeError } from '../lake/lake-error';
import { schemaOfDescription } from '../lake/lake-schema';
import type { LakeSchema } from '../lake/lake-schema';
import type { WalkOptions } from '../lake/partition-walk';
import { createMemoryByteCache } from '../sources/byte-cache';
import { cacheListings } from '../sources/listing-cache';
import type { ObjectStore } from '../sources/object-store';
import { shareRequests } from '../sources/shared-requests';
import type { Decoder } from './decode-client';
import type { Engine } from './engine';
import { engineError, isEngineBroken } from './engine-error';
import { describeColumns, inspectForeignLake } from './foreign-lake';
import { estimateScan } from './estimate';
import { createFooterCache } from './footers';
import { createLock } from './lock';
import type { LakeSession, LakeSummary, Outcome, Progress } from './protocol';
import { createResidency } from './residency';
import { runScan } from './scan';
import type { OpenLake } from './scan';

/** What a session is made of; tests give other ones than the browser does. */
export interface SessionParts {
  locate(url: string): ObjectStore;
  startEngine(): Promise<Engine>;
  startDecoder(): Decoder;
}

/** Bytes of memory for each of the things that are kept from query to query. */
export interface SessionBudgets {
  /** Fetched bytes, for queries on further columns of the same files. */
  cache: number;
  /** Footers of large files, raw. */
  footers: number;
  /** Decoded columns in the engine, counted before DuckDB compresses them to about a quarter. */
  resident: number;
}

const DEFAULT_BUDGETS: SessionBudgets = { cache: 96 << 20, footers: 8 << 20, resident: 768 << 20 };

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 80;

interface Described {
  summary: LakeSummary;
  schema: LakeSchema;
  /** The file that a column's name and type are from. */
  sourceOf: (column: string) => string;
  walk: WalkOptions;
}

/** The session behind the worker: one lake at a time, each failure as data. */
export function createSession(parts: SessionParts, budgets = DEFAULT_BUDGETS): LakeSession {
  const lock = createLock();
  const controllers = new Map<number, AbortController>();
  let engine: Promise<Engine> | undefined;
  let decoder: Decoder | undefined;
  let described: (Described & { store: ObjectStore }) | undefined;
  let lake: Promise<OpenLake> | undefined;
  let lastOpening = 0;

  function currentEngine(): Promise<Engine> {
    if (engine) return engine;
    const starting = parts.startEngine();
    starting.catch(() => {
      if (engine === starting) engine = undefined;
    });
    engine = starting;
    return starting;
  }

  async function open(url: string): Promise<LakeSummary> {
    cancelAll();
    lake = undefined;
    described = undefined;
    const id = --lastOpening;
    const controller = new AbortController();
    controllers.set(id, controller);
    try {
      const store = cacheListings(shareRequests(parts.locate(url)));
      decoder ??= parts.startDecoder();
      // Starts beside the first requests; whoever asks for it first hears of a failure.
      currentEngine().catch(() => undefined);
      const found = await describe(store, decoder, controller.signal);
      described = { ...found, store };
      return found.summary;
    } finally {
      controllers.delete(id);
    }
  }

  /** Makes the engine ready for the lake that was opened last; again after the engine broke. */
  function readyLake(): Promise<OpenLake> {
    if (lake) return lake;
    if (!described) throw noLakeOpen();
    const { store, schema, sourceOf, walk, summary } = described;
    const usedDecoder = (decoder ??= parts.startDecoder());
    const preparing = currentEngine().then((ready) =>
      lock(new AbortController().signal, async () => ({
        schema,
        walk,
        store,
        cache: createMemoryByteCache(budgets.cache),
        footers: createFooterCache(budgets.footers),
        decoder: usedDecoder,
        engine: ready,
        residency: await createResidency(ready, schema, sourceOf, budgets.resident),
        lock,
        filesInLake: summary.totals?.files ?? null,
      })),
    );
    preparing.catch(() => {
      if (lake === preparing) lake = undefined;
    });
    lake = preparing;
    return preparing;
  }

  async function query(id: number, sql: string, onProgress?: (progress: Progress) => void) {
    const report = throttled(onProgress);
    return running(id, async (signal) => {
      report({ phase: 'start', done: 0, total: 0, bytes: 0 });
      return runScan(await readyLake(), sql, { signal, onProgress: report });
    });
  }

  function estimate(id: number, sql: string) {
    return running(id, async (signal) => estimateScan(await readyLake(), sql, { signal, onProgress: () => undefined }));
  }

  /** Work that can be cancelled by its id, and after which the engine is put right where it broke. */
  async function running<Value>(id: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const controller = new AbortController();
    controllers.set(id, controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      if (isEngineBroken(error)) await dropEngine();
      else if (error instanceof LakeError && error.code === 'out-of-memory') await giveMemoryBack();
      throw error;
    } finally {
      controllers.delete(id);
    }
  }

  /** A broken engine is never used again: the next query starts another one and loads what it needs anew. */
  async function dropEngine(): Promise<void> {
    const broken = engine;
    engine = undefined;
    lake = undefined;
    await broken?.then((old) => old.terminate()).catch(() => undefined);
  }

  /** The user's own tables stay; what is of the lake is loaded anew by the query that needs it. */
  async function giveMemoryBack(): Promise<void> {
    const open = await lake;
    await open?.lock(new AbortController().signal, () => open.residency.forget());
  }

  function cancelAll(): void {
    for (const controller of controllers.values()) controller.abort();
  }

  return {
    open: (url) => outcomeOf(() => open(url)),
    query: (id, sql, onProgress) => outcomeOf(() => query(id, sql, onProgress)),
    estimate: (id, sql) => outcomeOf(() => estimate(id, sql)),
    cancel(id) {
      if (id === undefined) cancelAll();
      else controllers.get(id)?.abort();
      return Promise.resolve();
    },
  };
}

async function describe(store: ObjectStore, decoder: Decoder, signal: AbortSignal): Promise<Described> {
  const own = await readDescription(store, signal);
  if (own) {
    const { title, license, attribution, partitioning, columns, stations, totals } = own;
    const about = { ...(license && { license }), ...(attribution && { attribution }) };
    const summary = { url: store.url, title: title ?? nameOf(store.url), ...about, foreign: false };
    return {
      summary: { ...summary, partitioning, columns, stations, totals },
      schema: schemaOfDescription(own),
      sourceOf: () => DESCRIPTION_PATH,
      walk: {},
    };
  }
  const { schema, sourceOf, uniformFolders, totals } = await inspectForeignLake(store, decoder, signal);
  const summary = { url: store.url, title: nameOf(store.url), foreign: true, stations: [], totals };
  return {
    summary: { ...summary, partitioning: schema.partitionKeys, columns: describeColumns(schema) },
    schema,
    sourceOf,
    walk: { uniformFolders },
  };
}

/** Undefined where there is no lake.json that may be read, or a site that answers everything with a page. */
async function readDescription(store: ObjectStore, signal: AbortSignal): Promise<LakeDescription | undefined> {
  let text: string;
  try {
    text = new TextDecoder().decode((await store.get(DESCRIPTION_PATH, signal)).value);
  } catch (error) {
    // S3 answers 403 for what is missing where listing is not allowed.
    if (error instanceof LakeError && (error.code === 'not-found' || error.code === 'access-denied')) return undefined;
    throw error;
  }
  if (/^\s*</.test(text)) return undefined;
  try {
    return parseLakeDescription(text);
  } catch (error) {
    throw new LakeError(
      {
        code: 'not-a-lake',
        message: `${store.url}${DESCRIPTION_PATH} cannot be read: ${error instanceof Error ? error.message : ''}`,
        advice: 'Write it anew with “tidelake ingest”, or update this site if the lake was made by a newer version.',
      },
      { cause: error },
    );
  }
}

function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return decodeURIComponent(pathname.split('/').filter(Boolean).at(-1) ?? host);
}

async function outcomeOf<Value>(work: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: engineError(error).toData() };
  }
}

/** Lets through the first report of each phase, the last of each, and in between one in a while. */
function throttled(onProgress: ((progress: Progress) => void) | undefined): (progress: Progress) => void {
  let phase: Progress['phase'] | undefined;
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    const complete = progress.total > 0 && progress.done === progress.total;
    if (progress.phase === phase && !complete && now - last < PROGRESS_INTERVAL) return;
    phase = progress.phase;
    last = now;
    onProgress?.(progress);
  };
}

function noLakeOpen(): LakeError {
  return new LakeError({
    code: 'not-a-lake',
    message: 'No lake is open.',
    advice: 'Open one first, such as /lake/ or s3://bucket/folder?region=….',
  });
}

import { LakeError } from '../lake/lake-error';
import { createMemoryByteCache } from '../sources/byte-cache';
import type { LakeSource } from '../sources/lake-source';
import { cacheListings } from '../sources/listing-cache';
import type { ObjectStore } from '../sources/object-store';
import { limitRequests } from '../sources/request-lanes';
import { shareRequests } from '../sources/shared-requests';
import type { Decoder } from './decode-client';
import { describeLake } from './describe-lake';
import type { DescribedLake } from './describe-lake';
import type { Engine } from './engine';
import { engineError, isEngineBroken } from './engine-error';
import { estimateScan } from './estimate';
import { createFooterCache } from './footers';
import type { FooterCache } from './footers';
import { checkLakeName, MAIN_LAKE } from './lake-name';
import type { LakeSession, LakeSummary, Outcome, Progress } from './protocol';
import { throttled } from './report-interval';
import { runScan } from './scan';
import { splitStatements } from './statement';
import { createWorkspace } from './workspace';
import type { KeptBytes, Workspace } from './workspace';

/** What a session is made of; tests give other ones than the browser does. */
export interface SessionParts {
  /** An address alone is read with the keys its bucket was opened with, anonymously where there were none. */
  locate(source: LakeSource | string): ObjectStore;
  startEngine(): Promise<Engine>;
  startDecoder(): Decoder;
}

/** Bytes of memory for each of the things that are kept from query to query, over all lakes. */
export interface SessionBudgets {
  /** Fetched bytes, for queries on further columns of the same files. */
  cache: number;
  /** Footers of large files, raw; of each lake. */
  footers: number;
  /** Decoded columns in the engine, counted before DuckDB compresses them to about a quarter. */
  resident: number;
}

const DEFAULT_BUDGETS: SessionBudgets = { cache: 96 << 20, footers: 8 << 20, resident: 768 << 20 };

/** The session behind the worker: the lake that was opened, others beside it, each failure as data. */
export function createSession(parts: SessionParts, budgets = DEFAULT_BUDGETS): LakeSession {
  const controllers = new Map<number, AbortController>();
  const kept = keepBytes(budgets);
  /** By the names they have in SQL. */
  const lakes = new Map<string, DescribedLake>();
  let engine: Promise<Engine> | undefined;
  let decoder: Decoder | undefined;
  let workspace: Promise<Workspace> | undefined;
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

  /** Reads what there is at an address, while the engine starts. */
  async function read(source: LakeSource | string, signal: AbortSignal): Promise<DescribedLake> {
    const store = cacheListings(shareRequests(limitRequests(parts.locate(source))));
    decoder ??= parts.startDecoder();
    // Starts beside the first requests; whoever asks for it first hears of a failure.
    currentEngine().catch(() => undefined);
    return describeLake(store, decoder, signal);
  }

  async function open(source: LakeSource | string): Promise<LakeSummary> {
    cancelAll();
    lakes.delete(MAIN_LAKE);
    return opening(async (signal) => {
      const described = await read(source, signal);
      lakes.set(MAIN_LAKE, described);
      return described.summary;
    });
  }

  async function attach(name: string, source: LakeSource | string): Promise<LakeSummary> {
    const table = checkLakeName(name);
    return opening(async (signal) => {
      const described = await read(source, signal);
      const before = lakes.get(table);
      lakes.set(table, described);
      await readyWorkspace().catch((error: unknown) => {
        if (before) lakes.set(table, before);
        else lakes.delete(table);
        throw error;
      });
      return described.summary;
    });
  }

  function detach(name: string): Promise<void> {
    if (!lakes.delete(checkLakeName(name))) throw notAttached(name);
    return Promise.resolve();
  }

  /** Work that only {@link LakeSession.cancel} without an id stops. */
  function opening<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    return cancellable(--lastOpening, work);
  }

  /** The engine with the lakes that are open by now; after the engine broke, another one. */
  async function readyWorkspace(): Promise<Workspace> {
    if (lakes.size === 0) throw noLakeOpen();
    const ready = await (workspace ?? startWorkspace());
    await ready.settle(lakes);
    return ready;
  }

  function startWorkspace(): Promise<Workspace> {
    const usedDecoder = (decoder ??= parts.startDecoder());
    const preparing = currentEngine().then((ready) => createWorkspace(ready, usedDecoder, kept, budgets.resident));
    preparing.catch(() => {
      if (workspace === preparing) workspace = undefined;
    });
    workspace = preparing;
    return preparing;
  }

  async function query(id: number, sql: string, onProgress?: (progress: Progress) => void) {
    const report = throttled(onProgress);
    return running(id, async (signal) => {
      report({ phase: 'start', done: 0, total: 0, bytes: 0 });
      const ready = await readyWorkspace();
      const statements = splitStatements(sql, await ready.engine.tokenize(sql));
      return runScan(ready, statements, { signal, onProgress: report });
    });
  }

  function estimate(id: number, sql: string) {
    return running(id, async (signal) => {
      const ready = await readyWorkspace();
      const statements = splitStatements(sql, await ready.engine.tokenize(sql));
      return estimateScan(ready, statements, { signal, onProgress: () => undefined });
    });
  }

  async function cancellable<Value>(id: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const controller = new AbortController();
    controllers.set(id, controller);
    try {
      return await work(controller.signal);
    } finally {
      controllers.delete(id);
    }
  }

  /** Work that can be cancelled by its id, and after which the engine is put right where it broke. */
  async function running<Value>(id: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    try {
      return await cancellable(id, work);
    } catch (error) {
      if (isEngineBroken(error)) await dropEngine();
      else if (error instanceof LakeError && error.code === 'out-of-memory') await giveMemoryBack();
      throw error;
    }
  }

  /** A broken engine is never used again: the next query starts another one and loads what it needs anew. */
  async function dropEngine(): Promise<void> {
    const broken = engine;
    engine = undefined;
    workspace = undefined;
    await broken?.then((old) => old.terminate()).catch(() => undefined);
  }

  /** The user's own tables stay; what is of the lakes is loaded anew by the query that needs it. */
  async function giveMemoryBack(): Promise<void> {
    await (await workspace)?.forget();
  }

  function cancelAll(): void {
    for (const controller of controllers.values()) controller.abort();
  }

  return {
    open: (source) => outcomeOf(() => open(source)),
    attach: (name, source) => outcomeOf(() => attach(name, source)),
    detach: (name) => outcomeOf(() => detach(name)),
    query: (id, sql, onProgress) => outcomeOf(() => query(id, sql, onProgress)),
    estimate: (id, sql) => outcomeOf(() => estimate(id, sql)),
    cancel(id) {
      if (id === undefined) cancelAll();
      else controllers.get(id)?.abort();
      return Promise.resolve();
    },
  };
}

function keepBytes(budgets: SessionBudgets): KeptBytes {
  const footers = new WeakMap<DescribedLake, FooterCache>();
  return {
    files: createMemoryByteCache(budgets.cache),
    footersOf(lake) {
      const known = footers.get(lake) ?? createFooterCache(budgets.footers);
      footers.set(lake, known);
      return known;
    },
  };
}

async function outcomeOf<Value>(work: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: engineError(error).toData() };
  }
}

function noLakeOpen(): LakeError {
  return new LakeError({
    code: 'not-a-lake',
    message: 'No lake is open.',
    advice: 'Open one first, such as /lake/ or s3://bucket/folder?region=….',
  });
}

function notAttached(name: string): LakeError {
  return new LakeError({
    code: 'unsupported',
    message: `No lake is attached as “${name}”.`,
    advice: 'Give the name it was attached by.',
  });
}

import { LakeError } from '../lake/lake-error';
import type { LakeSource } from '../sources/lake-source';
import type { NativeQuery } from '../lake/native-code';
import type { Predicate } from '../lake/predicate';
import { cacheListings } from '../sources/listing-cache';
import type { ObjectStore } from '../sources/object-store';
import { limitRequests } from '../sources/request-lanes';
import { shareRequests } from '../sources/shared-requests';
import { withSettingsOf } from './address-settings';
import { readCatalogue } from './catalogue';
import { renewColumns, searchColumns } from './column-renewal';
import { describeLake } from './describe-lake';
import type { DescribedLake } from './describe-lake';
import type { Engine } from './engine';
import { engineError, isEngineBroken } from './engine-error';
import { estimateScan } from './estimate';
import { createForesight, type Foresight } from './foresight';
import { checkLakeName, MAIN_LAKE } from './lake-name';
import { createLock } from './lock';
import { rereadManifests } from './manifest-refresh';
import { nativeQuery } from './native-query';
import { createOwnTables } from './own-tables';
import type { Estimate, LakeSession, LakeSummary, Outcome, Progress, QueryResult } from './protocol';
import { throttled } from './report-interval';
import { runScan } from './scan';
import { withScript } from './script';
import type { PreparedScript, Script } from './script';
import { createSourceLakes, MOST_KEPT_SOURCES } from './source-lakes';
import type { Statement } from './statement';
import type { TableSource } from './table-source';
import type { Workspace } from './workspace';
import { createWorkspaceHost } from './workspace-host';
import type { SessionBudgets, WorkspaceParts } from './workspace-host';

/** What a session is made of; tests give other ones than the browser does. */
export interface SessionParts extends WorkspaceParts {
  /** An address alone is read with the keys its bucket was opened with, anonymously where there were none. */
  locate(source: LakeSource | string): ObjectStore;
}

const DEFAULT_BUDGETS: SessionBudgets = { cache: 96 << 20, footers: 8 << 20, resident: 768 << 20 };

/** Times that a query is begun at most, where its lakes turn out to be others than was known. */
const MOST_ATTEMPTS = 20;

/** What relative addresses in SQL are read against where the caller has no page. */
const DEFAULT_BASE = 'http://localhost/';

/** The session behind the worker: the lake that was opened, others beside it, each failure as data. */
export function createSession(parts: SessionParts, budgets = DEFAULT_BUDGETS): LakeSession {
  const controllers = new Map<number, AbortController>();
  const host = createWorkspaceHost(parts, budgets);
  /** By the names they have in SQL. */
  const lakes = new Map<string, DescribedLake>();
  /** Their addresses as they were given, by the same names. */
  const urls = new Map<string, string>();
  const reading = () => ({ decoder: host.decoder(), cacheOf: host.cacheOf });
  const sources = createSourceLakes({
    locate: (url) => parts.locate(withSettingsOf(urls.values(), url)),
    reading,
  });
  const own = createOwnTables();
  const sourcesInUse = new Map<number, readonly string[]>();
  const learning = createLock();
  /** Stores of lakes that have been searched for columns. */
  const searched = new WeakSet<ObjectStore>();
  /** Of the lake that was opened. */
  let foresight: Foresight | undefined;
  let lastOpening = 0;

  /** Reads what there is at an address, while the engine starts. */
  async function read(source: LakeSource | string, signal: AbortSignal): Promise<DescribedLake> {
    const openStore = (from: LakeSource | string) => cacheListings(shareRequests(limitRequests(parts.locate(from))));
    // Starts beside the first requests; whoever asks for it first hears of a failure.
    host.engine().catch(() => undefined);
    return describeLake(openStore(source), reading(), signal, openStore);
  }

  async function open(source: LakeSource | string): Promise<LakeSummary> {
    cancelAll();
    lakes.delete(MAIN_LAKE);
    sources.clear();
    own.forsake();
    return opening(async (signal) => {
      const described = await read(source, signal);
      foresight = createForesight(described, host.cacheOf(described.store.url), host.decoder());
      lakes.set(MAIN_LAKE, foresight.lake);
      urls.set(MAIN_LAKE, addressOf(source));
      // Made ready for the first question, which hears of a failure.
      readyWorkspace().catch(() => undefined);
      return described.summary;
    });
  }

  async function foresee(where: Predicate): Promise<void> {
    const begun = foresight;
    if (begun && host.isStarting()) await opening((signal) => begun.begin(where, signal));
  }

  async function attach(name: string, source: LakeSource | string): Promise<LakeSummary> {
    const table = checkLakeName(name);
    return opening(async (signal) => {
      const described = await read(source, signal);
      const before = lakes.get(table);
      lakes.set(table, described);
      if (before) own.forsake();
      await readyWorkspace().catch((error: unknown) => {
        if (before) lakes.set(table, before);
        else lakes.delete(table);
        throw error;
      });
      urls.set(table, addressOf(source));
      return described.summary;
    });
  }

  function detach(name: string): Promise<void> {
    const table = checkLakeName(name);
    if (!lakes.delete(table)) throw notAttached(name);
    urls.delete(table);
    own.forsake();
    return Promise.resolve();
  }

  /** Work that only {@link LakeSession.cancel} without an id stops. */
  function opening<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    return cancellable(--lastOpening, work);
  }

  /** The engine with the lakes that are open by now; after the engine broke, another one. */
  async function readyWorkspace(): Promise<Workspace> {
    if (lakes.size + sources.lakes.size === 0) throw noLakeOpen();
    await pruneSources(await host.engine());
    const ready = await host.ready(describedLakes());
    try {
      await own.restore(ready, (statements) => restoring(ready, statements));
      return ready;
    } catch (error) {
      await host.repair(error);
      return isEngineBroken(error) ? readyWorkspace() : ready;
    }
  }

  function restoring(ready: Workspace, statements: readonly Statement[]): Promise<QueryResult> {
    return opening((signal) => runScan(ready, statements, { signal, onProgress: () => undefined }));
  }

  /** A view of the user's own may stand for an address, and a query may be reading from one. */
  async function pruneSources({ execute }: Engine): Promise<void> {
    if (sources.lakes.size <= MOST_KEPT_SOURCES) return;
    const views = await execute(`SELECT sql FROM duckdb_views() WHERE database_name = 'memory' AND NOT internal`);
    const texts = Array.from(views.getChild('sql') ?? [], String);
    const running = [...sourcesInUse.values()].flat();
    sources.prune(
      (name) => running.includes(name) || own.mention(name) || texts.some((text) => text.includes(`FROM "${name}"`)),
    );
  }

  /** Prepares a script and works on it in an engine with all lakes that it reads. */
  function runningScript<Value>(
    id: number,
    script: Script,
    work: (ready: Workspace, prepared: PreparedScript, signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    return running(id, async (signal) => {
      const { tokenize } = await host.engine();
      const base = script.base ?? DEFAULT_BASE;
      const named: string[] = [];
      sourcesInUse.set(id, named);
      try {
        const nameOf = async (source: TableSource) => {
          const name = await sources.nameOf(source, base, signal);
          named.push(name);
          return name;
        };
        return await withScript(script, { tokenize, nameOf }, async (prepared) => {
          await takeUpDifferences(await readyWorkspace(), signal);
          return work(await readyWorkspace(), prepared, signal);
        });
      } finally {
        sourcesInUse.delete(id);
      }
    });
  }

  function query(id: number, script: Script, onProgress?: (progress: Progress) => void): Promise<QueryResult> {
    const report = throttled(onProgress);
    report({ phase: 'start', done: 0, total: 0, bytes: 0 });
    return runningScript(id, script, async (first, { statements }, signal) => {
      // Statements that have run may have made tables already.
      const left = [...statements];
      const onDone = (statement: Statement) => {
        left.shift();
        own.note(statement);
      };
      const options = { signal, onProgress: report, onDone, inParts: script.inParts === true };
      const isLeft = () => left.length > 0;
      return persistently(first, signal, (ready) => runScan(ready, [...left], options), isLeft);
    });
  }

  /** Does some work again where its failure has taught something about the lakes. */
  async function persistently<Value>(
    first: Workspace,
    signal: AbortSignal,
    work: (ready: Workspace) => Promise<Value>,
    mayRepeat = () => true,
  ): Promise<Value> {
    for (let ready = first, attempts = 1; ; attempts++) {
      const before = describedLakes();
      try {
        return await work(ready);
      } catch (error) {
        if (attempts === MOST_ATTEMPTS || signal.aborted || !mayRepeat()) throw error;
        await learn(ready, error, signal);
        if (isSame(before, describedLakes())) throw error;
        ready = await readyWorkspace();
      }
    }
  }

  function describedLakes(): Map<string, DescribedLake> {
    return new Map([...lakes, ...sources.lakes]);
  }

  /** Looks whether lakes are others than was known when a query on them failed. */
  async function learn(ready: Workspace, error: unknown, signal: AbortSignal): Promise<void> {
    for (const [name, lake] of await rereadManifests(lakes, error, signal)) lakes.set(name, lake);
    await takeUpDifferences(ready, signal);
    if (!(error instanceof LakeError) || error.code !== 'bad-sql' || !/column/i.test(error.message)) return;
    await learning(signal, async () => {
      for (const [name, lake] of describedLakes()) {
        if (!lake.found || searched.has(lake.store)) continue;
        searched.add(lake.store);
        renew(name, lake, await searchColumns(lake, reading(), signal));
      }
    });
  }

  /** Lets lakes have the columns that reading has shown besides. */
  function takeUpDifferences(ready: Workspace, signal: AbortSignal): Promise<void> {
    return learning(signal, async () => {
      for (const [name, { differences }] of ready.lakes) {
        const described = describedLakes().get(name);
        if (!described || !differences || differences.noted().length === 0) continue;
        renew(name, described, await renewColumns(described, differences, reading(), signal));
      }
    });
  }

  /** Puts another description in the place of a lake's, unless another lake is there by now. */
  function renew(name: string, lake: DescribedLake, renewed: DescribedLake | undefined): void {
    if (!renewed) return;
    if (lakes.get(name) === lake) lakes.set(name, renewed);
    else if (sources.lakes.get(name) === lake) sources.renew(name, renewed);
  }

  function estimate(id: number, script: Script, sampled: boolean): Promise<Estimate> {
    return runningScript(id, script, (first, { statements }, signal) => {
      const options = { signal, onProgress: () => undefined, inParts: script.inParts === true };
      return persistently(first, signal, (ready) => estimateScan(ready, statements, sampled, options));
    });
  }

  function native(id: number, script: Script): Promise<NativeQuery> {
    return runningScript(id, script, (first, { statements }, signal) =>
      persistently(first, signal, (ready) => nativeQuery(ready, statements, { signal, onProgress: () => undefined })),
    );
  }

  function catalogue(id: number, stationKey: string | undefined) {
    return running(id, async (signal) => {
      const main = (await readyWorkspace()).lakes.get(MAIN_LAKE);
      if (!main) throw noLakeOpen();
      return readCatalogue(main, stationKey, { signal, onProgress: () => undefined });
    });
  }

  async function cancellable<Value>(id: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const controller = new AbortController();
    controllers.set(id, controller);
    try {
      return await work(controller.signal);
    } finally {
      controllers.delete(id);
      await host.writeOut();
    }
  }

  /** Work that can be cancelled by its id, and after which the engine is put right where it broke. */
  async function running<Value>(id: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    try {
      return await cancellable(id, work);
    } catch (error) {
      await host.repair(error);
      throw own.explain(error);
    }
  }

  function cancelAll(): void {
    for (const controller of controllers.values()) controller.abort();
  }

  return {
    open: (source) => outcomeOf(() => open(source)),
    attach: (name, source) => outcomeOf(() => attach(name, source)),
    detach: (name) => outcomeOf(() => detach(name)),
    foresee: (where) => outcomeOf(() => foresee(where)),
    query: (id, script, onProgress) => outcomeOf(() => query(id, script, onProgress).finally(() => foresight?.end())),
    catalogue: (id, stationKey) => outcomeOf(() => catalogue(id, stationKey)),
    clearCache: () => outcomeOf(() => host.clearCache()),
    estimate: (id, script, sampled = false) => outcomeOf(() => estimate(id, script, sampled)),
    native: (id, script) => outcomeOf(() => native(id, script)),
    cancel(id) {
      if (id === undefined) cancelAll();
      else controllers.get(id)?.abort();
      return Promise.resolve();
    },
  };
}

function isSame(before: ReadonlyMap<string, DescribedLake>, now: ReadonlyMap<string, DescribedLake>): boolean {
  return before.size === now.size && [...before].every(([name, lake]) => now.get(name) === lake);
}

async function outcomeOf<Value>(work: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: engineError(error).toData() };
  }
}

/** Empty for folders and files, which have no settings. */
function addressOf(source: LakeSource | string): string {
  if (typeof source === 'string') return source;
  return source.kind === 'address' ? source.url : '';
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

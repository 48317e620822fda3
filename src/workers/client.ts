import { proxy, releaseProxy, wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { LakeCatalogue } from '../lake/coverage';
import { needsConsent } from '../lake/consent';
import { LakeError } from '../lake/lake-error';
import { splitAddresses, type LakeSource } from '../sources/lake-source';
import type { Predicate } from '../lake/predicate';
import type { NativeQuery } from '../lake/native-code';
import type { Estimate, LakeSession, LakeSummary, Outcome, Progress, QueryResult } from './protocol';
import type { QueryParameters } from './query-parameters';
import type { Script } from './script';

export interface QueryOptions {
  /** Values for `$name`, or for `?` in order. */
  parameters?: QueryParameters | undefined;
  /** Aborting it stops the query's network and engine work; the query then fails as `cancelled`. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Answers statements that can be divided part by part, also where all rows should fit into memory. */
  inParts?: boolean;
  /** Asked before a query that costs much; where it says no, the query ends as `cancelled`. */
  confirm?: (cost: Estimate) => Promise<boolean>;
}

export interface EstimateOptions extends Pick<QueryOptions, 'parameters' | 'signal' | 'inParts'> {
  /** Fetches a few footers where much is going to be fetched, which tell how much of large files is needed. */
  sampled?: boolean;
}

/** The lake as the page sees it. Every failure is a LakeError. */
export interface LakeClient {
  /**
   * Opens a lake; queries from then on are asked of it.
   * @param source an address as a user types it (see `locateLake`; `/lake/` and `./lake/` are relative to the page), or
   * one with keys, or a folder of this machine
   */
  open(source: LakeSource | string, signal?: AbortSignal): Promise<LakeSummary>;
  /** Makes another lake a table of this name, until it is detached. */
  attach(name: string, source: LakeSource | string, signal?: AbortSignal): Promise<LakeSummary>;
  detach(name: string): Promise<void>;
  /** Has rows of the lake fetched that are about to be asked for, as far as the time can be used in which the engine starts. */
  foresee(where: Predicate): void;
  /** Runs SQL over the table `lake` and those attached. */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>;
  /** What is in the lake, from its manifest or a listing. */
  catalogue(signal?: AbortSignal, stationKey?: string): Promise<LakeCatalogue>;
  /** Gives up the bytes of files that are kept in memory and in the browser's private file system. */
  clearCache(): Promise<void>;
  /** What SQL is going to fetch, and how it is answered, from its plan and listings alone. */
  estimate(sql: string, options?: EstimateOptions): Promise<Estimate>;
  /** What it takes to ask SQL of native DuckDB, from its plan and listings alone. */
  native(sql: string, options?: QueryOptions): Promise<NativeQuery>;
  /** Ends the worker. The next call starts another one and opens the lake again. */
  terminate(): void;
}

interface Connection {
  session: Remote<LakeSession>;
  /** Rejects when the worker crashes. */
  crashed: Promise<never>;
  close(): void;
}

/** Starts nothing yet: the worker starts with the first call. */
export function connectSession(): LakeClient {
  let connection: Connection | undefined;
  let openSource: LakeSource | string | undefined;
  const attached = new Map<string, LakeSource | string>();
  let reopening: Promise<unknown> | undefined;
  let lastId = 0;

  function connect(): Connection {
    if (connection) return connection;
    const started = startWorker();
    connection = started;
    started.crashed.catch(() => {
      if (connection !== started) return;
      drop();
    });
    reopening = reopen(started);
    // A lake that cannot be opened again now may open with the next call.
    reopening?.catch(() => {
      if (connection === started) drop();
    });
    return started;
  }

  /** Opens in a new worker what was open in the one before. */
  function reopen({ session, ...started }: Connection): Promise<unknown> | undefined {
    const source = openSource;
    const openings = [
      ...(source === undefined ? [] : [() => session.open(source)]),
      ...[...attached].map(
        ([name, other]) =>
          () =>
            session.attach(name, other),
      ),
    ];
    if (openings.length === 0) return undefined;
    return openings.reduce<Promise<unknown>>(
      (before, opening) => before.then(() => call({ session, ...started }, opening)),
      Promise.resolve(),
    );
  }

  function drop(): void {
    connection?.close();
    connection = undefined;
    reopening = undefined;
  }

  async function open(source: LakeSource | string, signal?: AbortSignal): Promise<LakeSummary> {
    const absolute = resolveAgainstPage(source);
    openSource = undefined;
    const current = connect();
    const summary = await call(
      current,
      () => current.session.open(absolute),
      signal,
      () => current.session.cancel(),
    );
    openSource = absolute;
    return summary;
  }

  async function attach(name: string, source: LakeSource | string, signal?: AbortSignal): Promise<LakeSummary> {
    const absolute = resolveAgainstPage(source);
    const current = connect();
    const ready = reopening;
    const opening = async () => {
      await ready;
      return current.session.attach(name, absolute);
    };
    const summary = await call(current, opening, signal);
    attached.set(name, absolute);
    return summary;
  }

  async function detach(name: string): Promise<void> {
    attached.delete(name);
    const current = connect();
    const ready = reopening;
    await call(current, async () => {
      await ready;
      return current.session.detach(name);
    });
  }

  /** Asks the session something that can be cancelled, once the lake is open again. */
  async function ask<Value>(
    send: (session: Remote<LakeSession>, id: number) => Promise<Outcome<Value>>,
    signal?: AbortSignal,
  ): Promise<Value> {
    const current = connect();
    const ready = reopening;
    const id = ++lastId;
    return call(
      current,
      async () => {
        await ready;
        if (signal?.aborted) throw cancelled();
        return send(current.session, id);
      },
      signal,
      () => current.session.cancel(id),
    );
  }

  async function query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    const { signal, onProgress, confirm } = options;
    if (confirm) {
      const cost = await estimate(sql, { ...options, sampled: true });
      if (needsConsent(cost) && !(await confirm(cost))) throw cancelled();
    }
    const report = onProgress ? proxy(onProgress) : undefined;
    return ask((session, id) => session.query(id, scriptOf(sql, options), report), signal);
  }

  async function estimate(sql: string, options: EstimateOptions = {}): Promise<Estimate> {
    const { signal, sampled } = options;
    return ask((session, id) => session.estimate(id, scriptOf(sql, options), sampled), signal);
  }

  function foresee(where: Predicate): void {
    // What cannot be fetched now is fetched, or fails, when it is asked for.
    ask((session) => session.foresee(where)).catch(() => undefined);
  }

  const catalogue = (signal?: AbortSignal, stationKey?: string) =>
    ask((session, id) => session.catalogue(id, stationKey), signal);

  async function clearCache(): Promise<void> {
    return ask((session) => session.clearCache());
  }

  async function native(sql: string, options: QueryOptions = {}): Promise<NativeQuery> {
    return ask((session, id) => session.native(id, scriptOf(sql, options)), options.signal);
  }

  return { open, attach, detach, foresee, query, estimate, native, catalogue, clearCache, terminate: drop };
}

function startWorker(): Connection {
  const worker = new Worker(new URL('./session.worker.ts', import.meta.url), { type: 'module', name: 'tidelake' });
  const session = wrap<LakeSession>(worker);
  const crashed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(workerCrashed(event.message));
    });
    worker.addEventListener('messageerror', () => reject(workerCrashed('a message could not be read')));
  });
  const close = () => {
    session[releaseProxy]();
    worker.terminate();
  };
  return { session, crashed, close };
}

/** Waits for an outcome, for a crash of the worker, or for the caller to lose interest, whichever is first. */
async function call<Value>(
  connection: Connection,
  send: () => Promise<Outcome<Value>>,
  signal?: AbortSignal,
  cancel?: () => Promise<unknown>,
): Promise<Value> {
  if (signal?.aborted) throw cancelled();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      void cancel?.();
      reject(cancelled());
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    const outcome = await Promise.race([send(), connection.crashed, aborted]);
    if (!outcome.ok) throw new LakeError(outcome.error);
    return outcome.value;
  } finally {
    if (stop) signal?.removeEventListener('abort', stop);
  }
}

function scriptOf(sql: string, { parameters, inParts }: Pick<QueryOptions, 'parameters' | 'inParts'>): Script {
  return { sql, base: document.baseURI, ...(parameters && { parameters }), ...(inParts && { inParts }) };
}

/** A worker's own address is not the page's, so what is relative is resolved here. */
function resolveAgainstPage(source: LakeSource | string): LakeSource | string {
  if (typeof source === 'string') return resolveWords(source);
  return source.kind === 'address' ? { ...source, url: resolveWords(source.url) } : source;
}

function resolveWords(text: string): string {
  return splitAddresses(text)
    .map((word) => (/^\.{0,2}\//.test(word) ? new URL(word, document.baseURI).href : word))
    .join(' ');
}

function cancelled(): LakeError {
  return new LakeError({
    code: 'cancelled',
    message: 'The query was cancelled.',
    advice: 'Run it again when you like.',
  });
}

function workerCrashed(reason: string): LakeError {
  return new LakeError({
    code: 'unexpected',
    message: `The engine stopped unexpectedly${reason ? `: ${reason}` : ''}.`,
    advice: 'Run the query again: the engine restarts and the lake is opened anew.',
  });
}

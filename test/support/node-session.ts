import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initSync } from 'parquet-wasm/esm';
import type { LakeCatalogue } from '../../src/lake/coverage';
import { LakeError } from '../../src/lake/lake-error';
import type { Predicate } from '../../src/lake/predicate';
import type { NativeQuery } from '../../src/lake/native-code';
import type { LakeSource } from '../../src/sources/lake-source';
import { createSourceOpener } from '../../src/sources/open-source';
import type { Decoder } from '../../src/workers/decoder-protocol';
import { decodeColumns, readColumns } from '../../src/workers/decoder';
import { createEngine } from '../../src/workers/engine';
import type { EngineDatabase } from '../../src/workers/engine';
import type { Estimate, LakeSummary, Outcome, QueryResult } from '../../src/workers/protocol';
import type { QueryParameters } from '../../src/workers/query-parameters';
import { toScriptResult } from '../../src/workers/scripting';
import type { ScriptResult } from '../../src/workers/scripting';
import { createSession } from '../../src/workers/session';
import type { SessionBudgets } from '../../src/workers/workspace-host';
import { openNodeDatabase } from './node-duckdb';

const parquetWasm = createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm');

/** The session of the page in this process: its engine, its decoder, its store; only the workers are missing. */
export interface NodeSession {
  open(source: LakeSource | string): Promise<LakeSummary>;
  attach(name: string, source: LakeSource | string): Promise<LakeSummary>;
  detach(name: string): Promise<void>;
  foresee(where: Predicate): Promise<void>;
  query(sql: string, parameters?: QueryParameters): Promise<ScriptResult>;
  estimate(sql: string, parameters?: QueryParameters): Promise<Estimate>;
  /** The same, part by part where the statement can be divided. */
  queryInParts(sql: string): Promise<ScriptResult>;
  estimateInParts(sql: string): Promise<Estimate>;
  catalogue(): Promise<LakeCatalogue>;
  clearCache(): Promise<void>;
  /** As the page asks before it fetches much. */
  estimateSampled(sql: string): Promise<Estimate>;
  native(sql: string, parameters?: QueryParameters): Promise<NativeQuery>;
}

export interface NodeSessionOptions {
  budgets?: SessionBudgets;
  /** Called for each engine; tests hand out databases that break. */
  openDatabase?: () => Promise<EngineDatabase>;
}

/** Starts a session. Its calls throw LakeErrors. */
export function startNodeSession({ budgets, openDatabase = openNodeDatabase }: NodeSessionOptions = {}): NodeSession {
  initSync({ module: readFileSync(parquetWasm) });
  const session = createSession(
    {
      locate: createSourceOpener('http://localhost/'),
      startEngine: async () => createEngine(await openDatabase()),
      startDecoder,
    },
    budgets,
  );
  let id = 0;
  return {
    open: async (source) => valueOf(await session.open(source)),
    attach: async (name, source) => valueOf(await session.attach(name, source)),
    detach: async (name) => valueOf(await session.detach(name)),
    foresee: async (where) => valueOf(await session.foresee(where)),
    query: async (sql, parameters) =>
      toScriptResult(valueOf<QueryResult>(await session.query(++id, { sql, ...(parameters && { parameters }) }))),
    queryInParts: async (sql) => toScriptResult(valueOf(await session.query(++id, { sql, inParts: true }))),
    estimateInParts: async (sql) => valueOf(await session.estimate(++id, { sql, inParts: true })),
    clearCache: async () => valueOf(await session.clearCache()),
    catalogue: async () => valueOf(await session.catalogue(++id)),
    estimate: async (sql, parameters) =>
      valueOf(await session.estimate(++id, { sql, ...(parameters && { parameters }) })),
    estimateSampled: async (sql) => valueOf(await session.estimate(++id, { sql }, true)),
    native: async (sql, parameters) => valueOf(await session.native(++id, { sql, ...(parameters && { parameters }) })),
  };
}

function startDecoder(): Decoder {
  return {
    async decode(request) {
      const started = performance.now();
      return { rows: await decodeColumns(request), elapsed: performance.now() - started };
    },
    columns: ({ tail, size, name }) => readColumns(tail, size, name),
    terminate: () => undefined,
  };
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw new LakeError(outcome.error);
}

import { createRequire } from 'node:module';
import path from 'node:path';
import { createDuckDB, NODE_RUNTIME, VoidLogger } from '@duckdb/duckdb-wasm/blocking';
import { RecordBatchReader, tableFromIPC } from 'apache-arrow';
import type { EngineConnection, EngineDatabase } from '../../src/workers/engine';

const dist = path.dirname(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm/blocking'));

/** The engine the page runs, DuckDB-WASM 1.32, in this process instead of a worker. */
export async function openNodeDatabase(): Promise<EngineDatabase> {
  const database = await createDuckDB(
    {
      mvp: { mainModule: path.join(dist, 'duckdb-mvp.wasm'), mainWorker: '' },
      eh: { mainModule: path.join(dist, 'duckdb-eh.wasm'), mainWorker: '' },
    },
    new VoidLogger(),
    NODE_RUNTIME,
  );
  await database.instantiate();
  database.open({ path: ':memory:' });

  function connect(): Promise<EngineConnection> {
    const connection = database.connect();
    // The package for Node carries an apache-arrow of its own, whose objects ours does not know: bytes are common ground.
    const answer = (sql: string) => connection.useUnsafe((bindings, id) => bindings.runQuery(id, sql));
    return Promise.resolve({
      query: async (sql) => tableFromIPC(answer(sql)),
      async send(sql) {
        const reader = RecordBatchReader.from(answer(sql));
        return {
          open: async () => reader.open({ autoDestroy: false }),
          get schema() {
            return reader.schema;
          },
          async *[Symbol.asyncIterator]() {
            for (const batch of reader) yield batch;
          },
        };
      },
      // Nothing can reach an engine that runs in the same thread while it works.
      cancelSent: async () => false,
      insertArrowFromIPCStream: async (stream, options) => connection.insertArrowFromIPCStream(stream, options),
      close: async () => connection.close(),
    });
  }

  return {
    connect,
    tokenize: async (sql) => database.tokenize(sql),
    stopped: new Promise<never>(() => undefined),
    terminate: async () => database.reset(),
  };
}

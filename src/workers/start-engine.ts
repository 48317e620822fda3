import { AsyncDuckDB, VoidLogger } from '@duckdb/duckdb-wasm';
import scriptUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import moduleUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';
import { LakeError } from '../lake/lake-error';
import { createEngine } from './engine';
import type { BatchReader, Engine, EngineConnection } from './engine';

/** Starts DuckDB in a worker of its own, from the site's own files, and prepares it for lakes. */
export async function startEngine(): Promise<Engine> {
  const compiling = compile(absolute(moduleUrl));
  const worker = new Worker(new URL('./duckdb.worker.ts', import.meta.url), { type: 'module', name: 'duckdb' });
  const ready = new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
  worker.postMessage(absolute(scriptUrl));
  const crashed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      // What nobody has handled becomes an error of the worker that started this one, and would end the whole session.
      event.preventDefault();
      reject(engineStopped(event.message));
    });
  });
  crashed.catch(() => undefined);
  // Once its worker has crashed, DuckDB-WASM leaves every promise it gave pending.
  const alive = <Value>(answer: Promise<Value>) => Promise.race([answer, crashed]);
  try {
    worker.postMessage(await alive(compiling));
    await alive(ready);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  const database = new AsyncDuckDB(new VoidLogger(), worker);

  function aliveReader(reader: BatchReader): BatchReader {
    return {
      open: () => alive(reader.open()),
      get schema() {
        return reader.schema;
      },
      async *[Symbol.asyncIterator]() {
        const batches = reader[Symbol.asyncIterator]();
        for (let next = await alive(batches.next()); next.done !== true; next = await alive(batches.next())) {
          yield next.value;
        }
      },
    };
  }

  async function connect(): Promise<EngineConnection> {
    const connection = await alive(database.connect());
    return {
      query: (sql) => alive(connection.query(sql)),
      send: async (sql, allowStreamResult) => aliveReader(await alive(connection.send(sql, allowStreamResult))),
      cancelSent: () => alive(connection.cancelSent()),
      insertArrowFromIPCStream: (stream, options) => alive(connection.insertArrowFromIPCStream(stream, options)),
      close: () => alive(connection.close()),
    };
  }

  await alive(database.instantiate(absolute(moduleUrl)));
  await alive(database.open({ path: ':memory:' }));
  return createEngine({
    connect,
    tokenize: (sql) => alive(database.tokenize(sql)),
    stopped: crashed,
    terminate: () => database.terminate(),
  });
}

/** Compiles a module while it comes. The browser keeps the code with the file, and has it at once the next time. */
async function compile(url: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compileStreaming(fetch(url));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof WebAssembly.CompileError)) throw engineStopped(reason);
    throw new LakeError({
      code: 'unsupported',
      message: `This browser cannot run the engine: ${reason}`,
      advice: 'Use a newer one: Chrome or Edge 110, Firefox 115, Safari 16.4, or later.',
    });
  }
}

/** Workers that are started from a worker resolve addresses against a different base than their code does. */
function absolute(url: string): string {
  return new URL(url, self.location.href).href;
}

function engineStopped(reason: string): LakeError {
  return new LakeError({
    code: 'unexpected',
    message: `The engine stopped${reason ? `: ${reason}` : ''}.`,
    advice: 'Run the query again: the engine restarts.',
  });
}

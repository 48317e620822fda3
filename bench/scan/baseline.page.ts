import * as duckdb128 from 'duckdb-wasm-1.28';
import * as duckdb132 from '@duckdb/duckdb-wasm';
import { asyncBufferFromUrl, cachedAsyncBuffer, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** A row of an answer, as the runner takes it over the bridge to the browser. */
type Row = number[];

/** What hyparquet is asked: the files, the variables beside `timestamp`, and a window in UTC milliseconds. */
export interface HyparquetQuestion {
  urls: string[];
  variables: string[];
  window?: { from: number; to: number };
}

/** What the page offers to the runner of the benchmark. */
export interface BaselineApi {
  /** Starts DuckDB-WASM 1.28, the newest with Parquet linked in. */
  startPlain(): Promise<void>;
  /** Runs queries one after the other, and times them all; milliseconds. */
  queryPlain(queries: string[]): Promise<{ ms: number; rows: Row[] }>;
  /** Fetches files, as many at once as a browser is good at, and does nothing with them; milliseconds. */
  fetchOnly(urls: string[]): Promise<{ ms: number; rows: Row[] }>;
  /** Reads files with hyparquet, all at once, and adds up the variables by the hour; milliseconds. */
  readHyparquet(question: HyparquetQuestion): Promise<{ ms: number; rows: Row[] }>;
  /** Starts DuckDB-WASM 1.32, runs the statements, then times a query that often; milliseconds. */
  timeNative(statements: string[], query: string, times: number): Promise<{ ms: number[]; rows: Row[] }>;
}

/** Requests under way at once; more than 64 make HTTP/2 hardly faster. */
const LANES = 64;

let plain: duckdb128.AsyncDuckDBConnection | undefined;

async function startPlain(): Promise<void> {
  const database = new duckdb128.AsyncDuckDB(
    new duckdb128.VoidLogger(),
    new Worker('/duckdb-1.28/duckdb-browser-eh.worker.js'),
  );
  await database.instantiate('/duckdb-1.28/duckdb-eh.wasm');
  plain = await database.connect();
  await plain.query('SELECT 1');
}

async function queryPlain(queries: string[]): Promise<{ ms: number; rows: Row[] }> {
  if (plain === undefined) throw new Error('DuckDB-WASM 1.28 is not started');
  const start = performance.now();
  const rows: Row[] = [];
  for (const query of queries) rows.push(...numbersOf(await plain.query(query)));
  return { ms: performance.now() - start, rows };
}

async function fetchOnly(urls: string[]): Promise<{ ms: number; rows: Row[] }> {
  const start = performance.now();
  const waiting = urls.values();
  async function lane(): Promise<void> {
    for (const url of waiting) await (await fetch(url)).arrayBuffer();
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  return { ms: performance.now() - start, rows: [] };
}

async function readHyparquet({
  urls,
  variables,
  window: times,
}: HyparquetQuestion): Promise<{ ms: number; rows: Row[] }> {
  const start = performance.now();
  const hours = new Map<number, Row>();
  const filter = times && { timestamp: { $gte: new Date(times.from), $lt: new Date(times.to) } };
  const columns = ['timestamp', ...variables];
  await Promise.all(
    urls.map(async (url) => {
      const file = cachedAsyncBuffer(await asyncBufferFromUrl({ url }));
      const options = { file, columns, compressors, usePageIndex: true };
      const rows: Record<string, unknown>[] = await parquetReadObjects(filter ? { ...options, filter } : options);
      for (const row of rows) {
        const hour = Math.floor(Number(row['timestamp']) / 3_600_000) * 3_600_000;
        const [, count = 0, ...sums] = hours.get(hour) ?? [];
        hours.set(hour, [
          hour,
          count + 1,
          ...variables.map((variable, index) => (sums[index] ?? 0) + Number(row[variable])),
        ]);
      }
    }),
  );
  return { ms: performance.now() - start, rows: [...hours.values()] };
}

async function timeNative(statements: string[], query: string, times: number): Promise<{ ms: number[]; rows: Row[] }> {
  const database = new duckdb132.AsyncDuckDB(
    new duckdb132.VoidLogger(),
    new Worker('/duckdb-1.32/duckdb-browser-eh.worker.js'),
  );
  await database.instantiate('/duckdb-1.32/duckdb-eh.wasm');
  const connection = await database.connect();
  for (const statement of statements) await connection.query(statement);
  const ms: number[] = [];
  let rows: Row[] = [];
  for (let run = 0; run < times; run++) {
    const start = performance.now();
    rows = numbersOf(await connection.query(query));
    ms.push(performance.now() - start);
  }
  return { ms, rows };
}

function numbersOf(table: { toArray(): Iterable<Iterable<[string, unknown]>> }): Row[] {
  return Array.from(table.toArray(), (row) => Array.from(row, ([, value]) => Number(value)));
}

window.baseline = { startPlain, queryPlain, fetchOnly, readHyparquet, timeNative };

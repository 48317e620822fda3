import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { Compression, Encoding, readParquet, writeParquet, WriterPropertiesBuilder, WriterVersion } from 'parquet-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { projectRoot, startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';

const FIXTURES = path.join(projectRoot, 'test/fixtures/parquet');

/** Files that DuckDB cannot read, for it does not know how Hadoop frames LZ4. */
const SAME_ROWS: Record<string, string> = { 'spark-lz4-hadoop': 'spark-v1-snappy' };

const DUCKDB_TYPES = `SELECT i::INTEGER AS n, CASE WHEN i % 7 <> 6 THEN i / 3 END AS x, 'note é ' || i % 5 AS s, i % 3 = 0 AS ok,
  (i % 250)::UTINYINT AS u8, i::HUGEINT AS huge, (i / 8)::DECIMAL(18,4) AS dec, DATE '2025-01-01' + i::INTEGER AS d,
  TIMESTAMP '2025-01-01' + to_seconds(i) AS t, TIMESTAMPTZ '2025-01-01' + to_seconds(i) AS tz,
  make_timestamp_ns(i * 1001) AS ns, TIME '12:00:01' AS clock, [i, i + 1] AS l, {'a': i, 'b': 's'} AS st
  FROM range(3000) t(i)`;

let native: DuckDBConnection;
let session: NodeSession;
let root: string;
let server: TestServer;

beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  await native.run("SET TimeZone='UTC'");
  session = startNodeSession();
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-writers-'));
  server = await startTestServer({ lake: root });
});

afterAll(async () => {
  await server.close();
  native.closeSync();
  await rm(root, { recursive: true });
});

/** Makes a lake of one file, and opens it. Resolves to the file. */
async function openLakeOf(name: string, make: (file: string) => Promise<unknown>): Promise<string> {
  const file = path.join(root, name, 'a.parquet');
  await mkdir(path.dirname(file), { recursive: true });
  await make(file);
  await session.open(`${server.lakeUrl}${name}/`);
  return file;
}

/** Columns as native DuckDB reads them: their names, and SQL that makes text of them, times in UTC without a zone. */
async function columnsOf(file: string): Promise<{ name: string; asText: string }[]> {
  const described = await native.runAndReadAll(`DESCRIBE SELECT * FROM '${file}'`);
  return described.getRowObjects().map(({ column_name: column, column_type: type }) => {
    const name = String(column);
    return {
      name,
      asText: String(type).startsWith('TIMESTAMP') ? `"${name}"::TIMESTAMP::VARCHAR` : `"${name}"::VARCHAR`,
    };
  });
}

/**
 * Compares all columns with what native DuckDB reads.
 * @param same a file of the same rows, where DuckDB cannot read this one
 */
async function expectReadAlike(file: string, same = file): Promise<void> {
  const columns = await columnsOf(same);
  const order = columns.some(({ name }) => name === 'n') ? 'ORDER BY n' : '';
  const list = columns.map(({ name, asText }) => `${asText} AS "${name} "`).join(', ');
  const truth = (await native.runAndReadAll(`SELECT ${list} FROM '${same}' ${order}`)).getRowObjects();
  expect((await session.query(`SELECT ${list} FROM lake ${order}`)).rows).toEqual(truth);
}

describe('files of other writers', async () => {
  const fixtures = (await readdir(FIXTURES)).filter((file) => file.endsWith('.parquet'));

  it.each(fixtures.map((file) => path.basename(file, '.parquet')))('%s is read as DuckDB reads it', async (name) => {
    expect((await stat(path.join(FIXTURES, `${name}.parquet`))).size).toBeLessThan(20_000);
    const file = await openLakeOf(name, (target) => copyFile(path.join(FIXTURES, `${name}.parquet`), target));
    const same = SAME_ROWS[name];
    await expectReadAlike(file, same && path.join(FIXTURES, `${same}.parquet`));
  });

  it.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])(
    'DuckDB with %s is read as DuckDB reads it',
    async (codec) => {
      for (const version of ['V1', 'V2']) {
        const file = await openLakeOf(`duckdb-${codec}-${version}`, (target) =>
          native.run(
            `COPY (${DUCKDB_TYPES}) TO '${target}' (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version})`,
          ),
        );
        await expectReadAlike(file);
      }
    },
  );

  it('arrow-rs with its encodings is read as DuckDB reads it', async () => {
    const source = path.join(root, 'source.parquet');
    await native.run(`COPY (${DUCKDB_TYPES}) TO '${source}' (FORMAT parquet)`);
    const bytes = new Uint8Array(await readFile(source));
    for (const version of [WriterVersion.V1, WriterVersion.V2]) {
      const properties = new WriterPropertiesBuilder()
        .setWriterVersion(version)
        .setCompression(Compression.LZ4_RAW)
        .setDictionaryEnabled(false)
        .setColumnEncoding('n', Encoding.DELTA_BINARY_PACKED)
        .setColumnEncoding('x', Encoding.BYTE_STREAM_SPLIT)
        .setColumnEncoding('s', Encoding.DELTA_BYTE_ARRAY)
        .build();
      const file = await openLakeOf(`arrow-rs-${version}`, (target) =>
        writeFile(target, writeParquet(readParquet(bytes), properties)),
      );
      await expectReadAlike(file);
    }
  });

  it('hyparquet-writer is read as DuckDB reads it', async () => {
    const length = 1000;
    const file = await openLakeOf('hyparquet', (target) =>
      writeFile(
        target,
        new Uint8Array(
          parquetWriteBuffer({
            columnData: [
              { name: 'n', data: Int32Array.from({ length }, (_, index) => index), type: 'INT32' },
              { name: 'x', data: Float64Array.from({ length }, (_, index) => index / 7), type: 'DOUBLE' },
              { name: 's', data: Array.from({ length }, (_, index) => `é${index % 9}`), type: 'STRING' },
              { name: 't', data: Array.from({ length }, (_, index) => new Date(index * 1e7)), type: 'TIMESTAMP' },
              { name: 'long', data: BigInt64Array.from({ length }, (_, index) => BigInt(index) ** 5n), type: 'INT64' },
            ],
          }),
        ),
      ),
    );
    await expectReadAlike(file);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestCaptures, makeWorkspace, removeWorkspaces, startTool } from '../support/ingest-cli';
import { delimited, encodeTelemetry, ROOT, sweeps } from '../support/ocean-telemetry';
import { installPackages, NoPackageError, runScript } from './python-packages';

const VARIABLES = ['temperature', 'salinity', 'depth'];
const folder = join(makeWorkspace(), "it's a lake");
const lake = join(folder, 'lake');
/** Of each station: its id, its rows, then count and mean of each variable, by native DuckDB. */
let expected: (string | number | null)[][];

beforeAll(async () => {
  mkdirSync(folder);
  const captures = [join(ROOT, 'samples/rapid-wb2/telemetry.pb'), join(folder, 'b.pb')];
  const named = sweeps(2000).map((fields) => ({ ...fields, deviceId: `buoy ${fields.deviceId ?? ''}` }));
  writeFileSync(join(folder, 'b.pb'), delimited(named.map((fields) => encodeTelemetry(fields))));
  await ingestCaptures(lake, captures);
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run((await startTool(['ddl', lake, '--engine', 'duckdb']).ended).stdout);
  const columns = VARIABLES.map((name) => `count(${name})::DOUBLE, avg(${name}::DOUBLE)`).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT station, count(*)::DOUBLE, ${columns} FROM lake GROUP BY 1 ORDER BY 1`,
  );
  expected = reader
    .getRows()
    .map((row) => row.map((value) => (typeof value === 'number' || value === null ? value : String(value))));
  connection.closeSync();
  expect(expected.length).toBeGreaterThan(4);
});

afterAll(removeWorkspaces);

/** The reason why packages cannot be had; undefined where they are there. */
async function whyNot(packages: string[]): Promise<string | undefined> {
  try {
    await installPackages(packages);
    return undefined;
  } catch (error) {
    if (error instanceof NoPackageError) return error.message;
    throw error;
  }
}

const hasJava = spawnSync('java', ['-version']).error === undefined;

/** An engine of each way to the lake: by its folders alone, or by the statement for it. */
const ENGINES: { engine: string; packages: string[]; needs?: string; decoded: (id: string) => string }[] = [
  { engine: 'pyarrow', packages: ['pyarrow==26.0.1'], decoded: (id) => id },
  { engine: 'polars', packages: ['polars==2.1.0'], decoded: (id) => id },
  { engine: 'clickhouse', packages: ['chdb==4.4.0', 'pandas==3.1.1', 'pyarrow==26.0.1'], decoded: encodeURIComponent },
  {
    engine: 'spark',
    packages: ['pyspark==4.3.0'],
    ...(hasJava ? {} : { needs: 'java is not installed' }),
    decoded: (id) => id,
  },
];

for (const { engine, packages, needs, decoded } of ENGINES) {
  const problem = needs ?? (await whyNot(packages));
  describe(engine, () => {
    it.skipIf(problem !== undefined)(
      `agrees with DuckDB on counts and means${problem === undefined ? '' : ` (skipped: ${problem})`}`,
      async () => {
        const args = [engine, lake, VARIABLES.join(',')];
        if (engine === 'clickhouse' || engine === 'spark') {
          const printed = await startTool(['ddl', lake, '--engine', engine]).ended;
          const statements = join(folder, `${engine}.sql`);
          writeFileSync(statements, printed.stdout);
          args.push(statements);
        }
        const rows = (await runScript('summarise.py', args)) as (string | number | null)[][];
        expect(rows.map(([station]) => station)).toEqual(expected.map(([station]) => decoded(String(station))));
        rows.forEach((row, index) => {
          row.slice(1).forEach((value, column) => {
            const wanted = expected[index]?.[column + 1] ?? null;
            if (wanted === null) expect(value).toBeNull();
            // Engines add up in other orders.
            else expect(Number(value) / Number(wanted)).toBeCloseTo(1, 10);
          });
        });
      },
    );
  });
}

const unparsed = await whyNot(['sqlglot==30.30.0']);

describe('sqlglot', () => {
  it.skipIf(unparsed !== undefined).each([
    ['duckdb', 's3://bucket/lake'],
    ['spark', 's3://bucket/lake'],
    ['trino', 's3://bucket/lake'],
    ['athena', 's3://bucket/lake'],
    ['clickhouse', 's3://bucket/lake'],
    ['bigquery', 'gs://bucket/lake'],
  ])('parses the statements for %s', async (engine, location) => {
    const printed = await startTool(['ddl', lake, '--engine', engine, '--location', location, '--table', "ocean.it's"])
      .ended;
    const file = join(folder, `${engine}-parsed.sql`);
    // sqlglot does not know this clause of BigQuery's, and takes a statement that has it as opaque.
    writeFileSync(file, printed.stdout.replace(/WITH PARTITION COLUMNS \([\s\S]*?\n\)\n/, ''));
    const parsed = await runScript('parse-statements.py', [engine, file]);
    // A view has no column definitions; what repairs a table is left to the engine by sqlglot.
    const columns = engine === 'duckdb' ? [] : expect.arrayContaining(['time', 'temperature']);
    expect(parsed).toMatchObject({ columns });
    expect((parsed as { opaque: string[] }).opaque.filter((text) => !/^(MSCK|CALL|INSTALL|LOAD)/.test(text))).toEqual(
      [],
    );
  });
});

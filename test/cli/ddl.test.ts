import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { ingestCaptures, makeWorkspace, removeWorkspaces, startTool } from '../support/ingest-cli';
import { delimited, encodeTelemetry, telemetry } from '../support/ocean-telemetry';
import { writeRawLake } from '../support/raw-lake';

afterAll(removeWorkspaces);

describe('tidelake ddl', () => {
  it('prints statements that native DuckDB executes, for a lake with hostile names', { timeout: 120_000 }, async () => {
    const folder = join(makeWorkspace(), "it's [a] *b?");
    mkdirSync(folder);
    const input = join(folder, 'a.pb');
    const ids = ["o'brien", 'mø/1', 'a b%2F"c'];
    writeFileSync(input, delimited(ids.map((deviceId) => encodeTelemetry(telemetry({ deviceId })))));
    const lake = join(folder, 'lake');
    await ingestCaptures(lake, [input]);
    const printed = await startTool(['ddl', lake, '--engine', 'duckdb', '--table', 'we"ird table']).ended;
    expect(printed).toMatchObject({ code: 0, stderr: '' });

    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(printed.stdout);
    const rows = await connection.runAndReadAll(
      'SELECT station, year, month, temperature FROM "we""ird table" ORDER BY 1',
    );
    expect(rows.getRowObjectsJson()).toEqual(
      [...ids].sort().map((station) => ({ station, year: 2024, month: 1, temperature: 24.25 })),
    );
    const comment = await connection.runAndReadAll(
      "SELECT comment FROM duckdb_columns() WHERE table_name = 'we\"ird table' AND column_name = 'temperature'",
    );
    expect(comment.getRows()).toEqual([['Water temperature; unit degC; CF sea_water_temperature']]);
    connection.closeSync();
  });

  it('describes a lake of somebody else by its folders and files, and one that is described elsewhere', async () => {
    const folder = makeWorkspace();
    const shape = {
      stations: ['a', 'b'],
      firstDay: '2024-12-31',
      days: 2,
      filesPerDay: 2,
      rowsPerFile: 5,
      variables: 1,
    };
    writeRawLake(folder, { ...shape, isDescribed: false });
    const { code, stdout, stderr } = await startTool(['ddl', folder, '--engine', 'duckdb']).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('columns are those of 8 of its 8 files')]);
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(stdout);
    const rows = await connection.runAndReadAll(
      'SELECT station, year, count(v0)::INTEGER FROM lake GROUP BY ALL ORDER BY ALL',
    );
    expect(rows.getRows()).toEqual(
      ['a', 'b'].flatMap((station) => [
        [station, 2024, 10],
        [station, 2025, 10],
      ]),
    );
    connection.closeSync();
    const athena = ['--engine', 'athena', '--table', 'sea.lake'];
    const printed = await startTool(['ddl', folder, ...athena, '--location', 's3://b/lake']).ended;
    expect(printed.stdout).toContain('2024,');

    // A manifest kept beside says where the data are.
    const beside = join(makeWorkspace(), 'beside');
    const made = await startTool(['manifest', folder, '--to', beside, '--data-root', 's3://their/lake']).ended;
    expect(made.code, made.stderr).toBe(0);
    const described = await startTool(['ddl', beside, ...athena]).ended;
    expect(described).toMatchObject({ code: 0, stderr: '' });
    expect(described.stdout).toContain("'s3://their/lake/'");
    expect(described.stdout).toContain('2024,');
  });

  it('says what to do where there is no lake, no such engine, or a place the engine cannot read', async () => {
    const folder = makeWorkspace();
    const none = await startTool(['ddl', folder, '--engine', 'duckdb']).ended;
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('has no _tidelake/lake.json, and no Parquet file that could be read');
    const nowhere = await startTool(['ddl', `${folder}/nowhere`, '--engine', 'duckdb']).ended;
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('no such file')]);
    const engine = await startTool(['ddl', folder, '--engine', 'oracle']).ended;
    expect(engine.code).toBe(2);
    expect(engine.stderr).toContain('spark');
  });
});

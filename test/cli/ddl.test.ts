import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { ingestCaptures, makeWorkspace, removeWorkspaces, startTool } from '../support/ingest-cli';
import { delimited, encodeTelemetry, telemetry } from '../support/ocean-telemetry';

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

  it('says what to do where there is no lake, no such engine, or a place the engine cannot read', async () => {
    const folder = makeWorkspace();
    const none = await startTool(['ddl', folder, '--engine', 'duckdb']).ended;
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('has no _tidelake/lake.json');
    const engine = await startTool(['ddl', folder, '--engine', 'oracle']).ended;
    expect(engine.code).toBe(2);
    expect(engine.stderr).toContain('spark');
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { ingestCaptures, makeWorkspace, removeWorkspaces, startTool, treeOf } from '../support/ingest-cli';
import { delimited, encodeTelemetry, EVENING, telemetry } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const MAPPING = `preset: ocean-telemetry
stations: [{ id: mooring, devices: [{ id: ctd-1, model: SBE37, depth: 50 }, { id: ctd-2, depth: 100 }] }]
calibrations: [{ device: ctd-1, column: temperature, id: T-1, slope: 1, offset: 0 }]
checks: { variables: { temperature: { grossRange: { fail: [-2.5, 40] } } } }
`;

const CAPTURE = delimited(
  Array.from({ length: 60 }, (_, index) =>
    encodeTelemetry(
      telemetry({
        deviceId: `ctd-${1 + (index % 2)}`,
        timestamp: EVENING + Math.floor(index / 2) * 600,
        waterTempCelsius: index === 4 ? 99 : index / 4,
      }),
    ),
  ),
);

describe('tidelake ingest --tidy', () => {
  it('writes the readings of a run beside the lake, as export tells them, and the same bytes again', async () => {
    const folder = makeWorkspace();
    const [lake, tidy, capture] = [join(folder, 'lake'), join(folder, 'tidy'), join(folder, 'a.pb')];
    writeFileSync(capture, CAPTURE);
    writeFileSync(join(folder, 'mapping.yaml'), MAPPING);
    const options = ['--mapping', join(folder, 'mapping.yaml'), '--tidy', tidy];
    const { report } = await ingestCaptures(lake, [capture], options);
    expect(report.tidy?.files).toBe(report.files);
    const wide = join(lake, 'station=*/**/*.parquet');
    const connection = await (await DuckDBInstance.create()).connect();
    const ask = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRowsJson();
    const differing = await ask(
      `WITH wide AS (
         SELECT time, device_id || ':' || name AS sensor, value::DOUBLE AS value, CASE name WHEN 'temperature' THEN temperature_qc END AS flag
         FROM (UNPIVOT (SELECT *, temperature AS t FROM '${wide}') ON temperature, salinity, current_speed, current_direction
               INTO NAME name VALUE value) JOIN (SELECT time, device_id, temperature_qc FROM '${wide}') USING (time, device_id, temperature_qc)),
       tidy AS (SELECT time, sensor, value::FLOAT::DOUBLE AS value, flag FROM read_parquet('${tidy}/**/*.parquet', hive_partitioning = false))
       SELECT count(*)::INTEGER FROM ((FROM wide EXCEPT FROM tidy) UNION ALL (FROM tidy EXCEPT FROM wide))`,
    );
    expect(differing).toEqual([[0]]);
    expect(await ask(`SELECT count(*)::INTEGER FROM '${tidy}/**/*.parquet'`)).toEqual([[report.tidy?.readings]]);
    const sensors = readFileSync(join(tidy, '_sensors.csv'), 'utf8').split('\n');
    expect(sensors[1]).toMatch(
      /^mooring,ctd-1:temperature,sea_water_temperature,temperature,ctd-1,SBE37,.*,degC,.*,T-1,1,0,/,
    );
    const before = treeOf(tidy);
    await ingestCaptures(lake, [capture], options);
    expect(treeOf(tidy)).toEqual(before);
    const inside = await startTool(['ingest', capture, '--to', lake, '--preset', 'ndbc', '--tidy', join(lake, 'tidy')])
      .ended;
    expect(inside.code).toBe(2);
    expect(inside.stderr).toContain('is in the lake');
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type Json } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportReport } from '../../ingest-tool/src/export/export-run';
import {
  filesBelow,
  ingestCaptures,
  makeWorkspace,
  removeWorkspaces,
  startTool,
  type CliResult,
} from '../support/ingest-cli';
import { delimited, encodeTelemetry, EVENING, sweeps, telemetry } from '../support/ocean-telemetry';

const hasPython = spawnSync('python3', ['--version']).error === undefined;
const folder = makeWorkspace();
const lake = join(folder, 'lake');
let duckdb: DuckDBConnection;

/** Exports from the lake into a file of the folder. */
async function exported(name: string, ...more: string[]): Promise<CliResult & { path: string; report: ExportReport }> {
  const path = join(folder, name);
  const result = await startTool(['export', lake, '--to', path, '--json', ...more]).ended;
  if (result.code !== 0) throw new Error(result.stderr);
  return { ...result, path, report: JSON.parse(result.stdout) };
}

const ask = async (sql: string): Promise<Record<string, Json>[]> =>
  (await duckdb.runAndReadAll(sql)).getRowObjectsJson();

beforeAll(async () => {
  const messages = sweeps(3000).map((fields, index) => ({
    ...fields,
    ...(index % 7 === 0 ? { salinityPsu: 0.1 + 0.2 } : {}),
  }));
  const odd = telemetry({
    deviceId: 'say "hi", ø',
    waterTempCelsius: 99,
    timestamp: EVENING + 1,
    salinityPsu: -1.5e-7,
  });
  writeFileSync(join(folder, 'a.pb'), delimited([...messages, odd].map((fields) => encodeTelemetry(fields))));
  const checks = { variables: { temperature: { grossRange: { fail: [-2, 40], suspect: [-2, 20] } } } };
  writeFileSync(
    join(folder, 'm.yaml'),
    `preset: ocean-telemetry\nchecks: ${JSON.stringify(checks)}\nstations:\n  - { id: pair, devices: [{ id: ctd-1, depth: 50 }, { id: ctd-2 }] }\n`,
  );
  const { code } = await ingestCaptures(lake, [join(folder, 'a.pb')], ['--mapping', join(folder, 'm.yaml')]);
  expect(code).toBe(0);
  duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run("SET TimeZone = 'UTC'");
  await duckdb.run(
    `CREATE VIEW lake AS SELECT * EXCLUDE (year, month, day) FROM read_parquet('${lake}/station=*/**/*.parquet', hive_partitioning = true)`,
  );
}, 120_000);

afterAll(() => {
  duckdb.closeSync();
  removeWorkspaces();
});

const COLUMNS = `station, time, device_id, latitude, longitude, depth, temperature, salinity, current_speed, current_direction, receive_time, temperature_qc`;

/** Whether DuckDB reads the same rows from a table as from the lake, both ways. */
async function expectSameRows(table: string, where = 'true'): Promise<void> {
  const differing = await ask(`SELECT count(*)::INTEGER AS n FROM (
    (SELECT ${COLUMNS} FROM ${table} EXCEPT ALL SELECT ${COLUMNS} FROM lake WHERE ${where}) UNION ALL
    (SELECT ${COLUMNS} FROM lake WHERE ${where} EXCEPT ALL SELECT ${COLUMNS} FROM ${table}))`);
  expect(differing).toEqual([{ n: 0 }]);
}

const TYPES = `types = {'station': 'VARCHAR', 'time': 'TIMESTAMPTZ', 'receive_time': 'TIMESTAMPTZ', 'temperature': 'FLOAT', 'salinity': 'FLOAT', 'current_speed': 'FLOAT', 'current_direction': 'FLOAT', 'temperature_qc': 'INTEGER'}`;

describe('tidelake export', () => {
  it('writes CSV from which DuckDB reads the lake, to the last bit', { timeout: 120_000 }, async () => {
    const { path, report } = await exported('wide.csv');
    expect(report).toMatchObject({ rows: 3001, files: [path] });
    await expectSameRows(`read_csv('${path}', ${TYPES})`);
    const [header = ''] = readFileSync(path, 'utf8').split('\n');
    expect(header).toBe(COLUMNS.replaceAll(' ', ''));
    const again = await exported('again.csv');
    expect(readFileSync(again.path).equals(readFileSync(path))).toBe(true);
    const { stdout } = await startTool(['export', lake, '--to', '-', '--format', 'csv']).ended;
    expect(stdout).toBe(readFileSync(path, 'utf8'));
  });

  it('writes Parquet that is the lake in one file', { timeout: 120_000 }, async () => {
    const { path } = await exported('wide.parquet');
    await expectSameRows(`'${path}'`);
    const described = await ask(
      `SELECT decode(value) AS value FROM parquet_kv_metadata('${path}') WHERE decode(key) = 'tidelake'`,
    );
    expect(String(described[0]?.['value'])).toContain('"unit":"degC"');
  });

  it(
    'writes one line a reading beside a table of sensors, and back to a column a sensor',
    { timeout: 120_000 },
    async () => {
      for (const format of ['csv', 'parquet']) {
        const { path, report } = await exported(
          `tidy.${format}`,
          '--form',
          'tidy',
          '--variables',
          'temperature,salinity',
        );
        const table = format === 'csv' ? `read_csv('${path}', types = {'value': 'FLOAT'})` : `'${path}'`;
        const counts = await ask('SELECT (count(temperature) + count(salinity))::INTEGER AS n FROM lake');
        expect(counts).toEqual([{ n: report.rows }]);
        const differing =
          await ask(`WITH wide AS (PIVOT (FROM ${table} SELECT time, station, sensor, value) ON sensor USING first(value) GROUP BY station, time)
        SELECT count(*)::INTEGER AS n FROM lake JOIN wide USING (station, time) WHERE
          (device_id = 'ctd-1' AND lake.temperature IS DISTINCT FROM "ctd-1:temperature") OR
          (device_id = 'ctd-2' AND lake.salinity IS DISTINCT FROM "ctd-2:salinity") OR
          (device_id = 'ctd-3' AND (lake.temperature, lake.salinity) IS DISTINCT FROM (wide.temperature, wide.salinity))`);
        expect(differing).toEqual([{ n: 0 }]);
        const sensors = await ask(
          `SELECT sensor, kind, depth_m, unit FROM read_csv('${join(folder, 'tidy.sensors.csv')}') WHERE station = 'pair' ORDER BY 1`,
        );
        expect(sensors[1]).toEqual({
          sensor: 'ctd-1:temperature',
          kind: 'sea_water_temperature',
          depth_m: '50',
          unit: 'degC',
        });
      }
    },
  );

  it('writes a line a time with a column for each sensor, and loses no value', { timeout: 120_000 }, async () => {
    const { path, report } = await exported('sensors.csv', '--form', 'sensors', '--variables', 'temperature,salinity');
    const columns = ['temperature', 'salinity'].map((name) => [`ctd-1:${name}`, `ctd-2:${name}`, name]);
    const [header = ''] = readFileSync(path, 'utf8').split('\n');
    const names = header.split(',');
    expect(names.slice(0, 2)).toEqual(['station', 'time']);
    expect(names).toEqual(expect.arrayContaining([...columns.flat(), 'ctd-2:temperature_qc']));
    const table = `read_csv('${path}', types = {${columns
      .flat()
      .map((name) => `'${name}': 'FLOAT'`)
      .join(', ')}, 'station': 'VARCHAR'})`;
    for (const [variable, own] of [
      ['temperature', columns[0]],
      ['salinity', columns[1]],
    ] as const) {
      const values = (own ?? [])
        .map((name) => `SELECT station, time, "${name}" AS value FROM sensors WHERE "${name}" IS NOT NULL`)
        .join(' UNION ALL ');
      expect(
        await ask(`WITH sensors AS (FROM ${table}), found AS (${values}), wanted AS (SELECT station, time, ${variable} AS value FROM lake WHERE ${variable} IS NOT NULL)
          SELECT (SELECT count(*) FROM (FROM found EXCEPT ALL FROM wanted)) + (SELECT count(*) FROM (FROM wanted EXCEPT ALL FROM found)) AS n`),
      ).toEqual([{ n: '0' }]);
    }
    // The two devices of a station report at the same times.
    expect(await ask(`SELECT count(*)::INTEGER AS n FROM (SELECT DISTINCT station, time FROM lake)`)).toEqual([
      { n: report.rows },
    ]);
    expect(report.files).toEqual([path, join(folder, 'sensors.sensors.csv')]);
    await exported('one.parquet', '--form', 'sensors', '--stations', 'pair', '--variables', 'temperature');
    const described = await ask(
      `SELECT string_agg(column_name || ' ' || column_type, ', ') AS all FROM (DESCRIBE FROM '${join(folder, 'one.parquet')}')`,
    );
    expect(described[0]?.['all']).toBe(
      'station VARCHAR, time TIMESTAMP WITH TIME ZONE, ctd-1:temperature FLOAT, ctd-1:temperature_qc INTEGER, ctd-2:temperature FLOAT, ctd-2:temperature_qc INTEGER',
    );
  });

  it('reads lakes of others, and through a manifest where there is one', { timeout: 120_000 }, async () => {
    const theirs = join(folder, 'theirs');
    for (const [day, select] of [
      ['01', `'ctd-' || i % 2 AS device, i::INTEGER AS depth_code, i / 8 AS temperature`],
      ['02', `'ctd-' || i % 2 AS device, i / 4 AS depth_code, NULL::INTEGER AS temperature`],
    ] as const) {
      mkdirSync(join(theirs, `site=x/date=2025-11-${day}`), { recursive: true });
      await duckdb.run(
        `COPY (SELECT TIMESTAMP '2025-11-${day} 00:00:00' + to_seconds(i // 2) AS ts, ${select} FROM range(40) t(i)) TO '${theirs}/site=x/date=2025-11-${day}/a.parquet'`,
      );
    }
    const args = ['--form', 'wide', '--format', 'csv', '--to', '-'];
    const wide = await startTool(['export', theirs, ...args]).ended;
    expect(wide.code, wide.stderr).toBe(0);
    expect(wide.stdout.split('\n').slice(0, 3)).toEqual([
      'station,ts,device,depth_code,temperature',
      'x,2025-11-01T00:00:00Z,ctd-0,0,0',
      'x,2025-11-01T00:00:00Z,ctd-1,1,0.125',
    ]);
    expect(wide.stdout.split('\n')).toHaveLength(82);
    const sensors = await startTool([
      'export',
      theirs,
      '--form',
      'sensors',
      '--format',
      'csv',
      '--to',
      '-',
      '--to-time',
      '2025-11-01T00:00:02Z',
    ]).ended;
    expect(sensors.stdout).toBe(
      'station,time,ctd-0:temperature,ctd-1:temperature\nx,2025-11-01T00:00:00Z,0,0.125\nx,2025-11-01T00:00:01Z,0.25,0.375\n',
    );
    const made = await startTool(['manifest', theirs]).ended;
    expect(made.code, made.stderr).toBe(0);
    expect((await startTool(['export', theirs, ...args]).ended).stdout).toBe(wide.stdout);
    writeFileSync(join(theirs, 'site=x/date=2025-11-02/b.parquet'), 'no Parquet');
    expect((await startTool(['export', theirs, ...args]).ended).stdout).toBe(wide.stdout);
    rmSync(join(theirs, '_tidelake'), { recursive: true });
    const yearly = join(folder, 'yearly');
    mkdirSync(join(yearly, 'year=2025'), { recursive: true });
    await duckdb.run(
      `COPY (SELECT TIMESTAMP '2025-11-01' AS time, 1.5::DOUBLE AS t) TO '${yearly}/year=2025/a.parquet'`,
    );
    expect((await startTool(['export', yearly, ...args]).ended).stdout).toBe(
      'station,time,t\n,2025-11-01T00:00:00Z,1.5\n',
    );
    const damaged = await startTool(['export', theirs, ...args]).ended;
    expect([damaged.code, damaged.stdout, damaged.stderr]).toEqual([
      3,
      '',
      expect.stringContaining('date=2025-11-02/b.parquet'),
    ]);
  });

  it('takes stations, times, kinds of sensors and flags as asked', { timeout: 120_000 }, async () => {
    const span = ['--stations', 'pair', '--from-time', '2024-01-31T23:10:00Z', '--to-time', '2024-02-01T00:05'];
    const { path } = await exported('part.csv', ...span);
    await expectSameRows(
      `read_csv('${path}', ${TYPES})`,
      `station = 'pair' AND time >= TIMESTAMPTZ '2024-01-31 23:10:00+00' AND time < TIMESTAMPTZ '2024-02-01 00:05:00+00'`,
    );
    const kind = await exported('kind.csv', '--sensors', 'temperature', '--csv-units-row');
    const lines = readFileSync(kind.path, 'utf8').split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'station,time,device_id,latitude,longitude,depth,temperature,receive_time,temperature_qc',
      ',UTC,,degree_north,degree_east,m,degC,UTC,',
    ]);
    const [shown] = await ask(
      `SELECT count(*) FILTER (temperature_qc = 4)::INTEGER AS failed, count(*) FILTER (temperature_qc = 1)::INTEGER AS passed FROM lake`,
    );
    expect(shown?.['failed']).toBe(1);
    const hidden = await exported('hidden.csv', '--hide-failed');
    expect(
      await ask(
        `SELECT count(*)::INTEGER AS rows, count(*) FILTER (temperature IS NULL)::INTEGER AS gaps FROM read_csv('${hidden.path}', ${TYPES})`,
      ),
    ).toEqual([{ rows: 3001, gaps: 1 }]);
    const passed = await exported('passed.csv', '--form', 'tidy', '--variables', 'temperature', '--flags', 'pass');
    expect(passed.report.rows).toBe(shown?.['passed']);
  });

  it(
    'calibrates rows that were not calibrated when they came, and says how in the table of sensors',
    { timeout: 120_000 },
    async () => {
      const calibration = '{ device: ctd-1, column: temperature, id: C1, slope: 2, offset: 1, validFrom: 2024-02-01 }';
      writeFileSync(join(folder, 'c.yaml'), `preset: ocean-telemetry\ncalibrations: [${calibration}]\n`);
      const { path } = await exported('calibrated.parquet', '--calibrated', '--mapping', join(folder, 'c.yaml'));
      expect(
        await ask(`SELECT count(*)::INTEGER AS n FROM '${path}' AS new JOIN lake USING (device_id, time) WHERE abs(new.temperature -
        (CASE WHEN device_id = 'ctd-1' AND time >= TIMESTAMPTZ '2024-02-01 00:00:00+00' THEN 2 * lake.temperature + 1 ELSE lake.temperature END)) > 1e-4`),
      ).toEqual([{ n: 0 }]);
      await exported('calibrated.csv', '--form', 'tidy', '--mapping', join(folder, 'c.yaml'));
      expect(
        await ask(
          `SELECT calibration_id, slope::VARCHAR AS slope, "offset"::VARCHAR AS "offset", valid_from::VARCHAR AS since FROM read_csv('${join(folder, 'calibrated.sensors.csv')}') WHERE sensor = 'ctd-1:temperature'`,
        ),
      ).toEqual([{ calibration_id: 'C1', slope: '2', offset: '1', since: '2024-02-01 00:00:00+00' }]);
    },
  );

  it.skipIf(!hasPython)(
    'writes a zip of a CSV for each station that other programs open',
    { timeout: 120_000 },
    async () => {
      const { path } = await exported('all.zip');
      const again = await exported('again.zip');
      expect(readFileSync(again.path).equals(readFileSync(path))).toBe(true);
      execFileSync('python3', [
        '-c',
        'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])',
        path,
        join(folder, 'zip'),
      ]);
      const files = filesBelow(join(folder, 'zip'));
      expect(files).toHaveLength(5);
      expect(files).toContain('sensors.csv');
      const stations = files.filter((file) => file !== 'sensors.csv').map((file) => `'${join(folder, 'zip', file)}'`);
      await expectSameRows(`read_csv([${stations.join(', ')}], ${TYPES})`);
    },
  );

  it('leaves nothing behind where it fails, and says what the lake has', { timeout: 120_000 }, async () => {
    const wrong: [string[], number, string][] = [
      [['--stations', 'nowhere'], 2, 'It has:'],
      [['--variables', 'wind'], 2, 'temperature, salinity'],
      [['--sensors', 'wind'], 2, 'sea_water_temperature'],
      [['--flags', 'good'], 2, 'suspect'],
      [['--calibrated'], 2, '--mapping'],
      [['--from-time', 'yesterday'], 2, '2019-01-31'],
      [['--from-time', '2024-02-02', '--to-time', '2024-02-01'], 2, 'not before'],
    ];
    const results = await Promise.all(
      wrong.map(([more]) => startTool(['export', lake, '--to', join(folder, 'no.csv'), ...more]).ended),
    );
    results.forEach(({ code, stderr }, index) => {
      expect(code, stderr).toBe(wrong[index]?.[1]);
      expect(stderr).toContain(wrong[index]?.[2]);
    });
    const { code } = await startTool(['export', lake, '--to', join(folder, 'missing/no.csv')]).ended;
    expect(code).toBe(1);
    expect(filesBelow(folder).filter((path) => path.includes('no.csv') || path.endsWith('.part'))).toEqual([]);
  });
});

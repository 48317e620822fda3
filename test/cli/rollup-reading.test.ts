import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/lake/receipt';
import { compactLake } from '../support/compact-cli';
import { makeWorkspace, removeWorkspaces } from '../support/ingest-cli';
import { startNodeSession, type NodeSession } from '../support/node-session';
import { makeManifest, rollUpLake } from '../support/rolled-up-lake';
import { startTestServer, type TestServer } from '../support/server';

const STATIONS = ['abaco', 'wb2', 'ärö'];
const DAYS = 6;
const FILES_PER_DAY = 4;
const RUNS = Number(process.env['ROLLUP_RUNS'] ?? 6);
const FORMS = ['raw', 'compacted', 'rolled'] as const;
type Form = (typeof FORMS)[number];

let native: DuckDBConnection;
let root: string;
let server: TestServer;
/** An engine takes a second to start, so that one serves all questions that come one after another. */
let onlySession: NodeSession;

/** Opens a lake in a session that keeps nothing of it, not even if it was open before. */
async function openAnew(lake: string, session = onlySession): Promise<NodeSession> {
  await session.clearCache();
  await session.open(`${new URL(server.lakeUrl).href}${lake}/`);
  return session;
}

/** Says of a lake that each row lies in the folder of its own day, which a collector's lake does not promise. */
function promiseExactFolders(lake: string): void {
  const path = join(lake, '_tidelake/lake.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), partitionTime: 'exact' }));
}

/**
 * Small files across the end of a year, of several devices, with flags, nulls and NaN, in three forms: as a collector leaves
 * them, compacted with a manifest, and with a manifest and rollups.
 */
beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  await native.run("SET TimeZone='UTC'");
  root = makeWorkspace();
  for (const [number, station] of STATIONS.entries()) {
    for (let file = 0; file < DAYS * FILES_PER_DAY; file++) {
      const start = new Date(Date.UTC(2024, 11, 29, (file * 24) / FILES_PER_DAY));
      const [date = '', time = ''] = start.toISOString().split('T');
      const [year = '', month = '', day = ''] = date.split('-');
      const folder = `station=${encodeURIComponent(station)}/year=${year}/month=${month}/day=${day}`;
      const path = join(root, 'raw', folder, `data_${time.slice(0, 2)}00.parquet`);
      mkdirSync(dirname(path), { recursive: true });
      // A device that never reports a temperature, and rows that are flagged as missing.
      await native.run(
        `COPY (SELECT TIMESTAMPTZ '${date} ${time.slice(0, 8)}Z' + to_seconds(i * 216 + ${number}) AS time,
            'ctd-' || (h % 3) AS device_id, (h % 5)::DOUBLE AS depth,
            CASE WHEN h % 3 = 2 OR h % 11 = 0 THEN NULL WHEN h % 97 = 1 THEN 'nan'::DOUBLE ELSE (h % 20011) / 97 - 100 END AS temperature,
            CASE WHEN h % 11 = 0 THEN 9 WHEN h % 13 = 0 THEN NULL ELSE 1 + h % 4 END::INTEGER AS temperature_qc,
            (h % 1009 / 7)::FLOAT AS humidity, (h % 1000)::INTEGER AS pulses,
            CASE WHEN h % 5 > 0 THEN (h % 997)::INTEGER / 8 - 60 END::DECIMAL(9, 3) AS charge
          FROM (SELECT i, hash(i + ${file * 1000 + number * 100_000}) AS h FROM range(100) t(i)))
         TO '${path}' (FORMAT parquet)`,
      );
    }
  }
  for (const form of ['compacted', 'rolled']) {
    cpSync(join(root, 'raw'), join(root, form), { recursive: true });
    await makeManifest(join(root, form));
    promiseExactFolders(join(root, form));
  }
  await compactLake(join(root, 'compacted'));
  await rollUpLake(join(root, 'rolled'));
  server = await startTestServer({ lake: root });
  onlySession = startNodeSession();
});

afterAll(async () => {
  await server.close();
  native.closeSync();
  removeWorkspaces();
});

/** Digits that do not depend on the order in which values are added. */
function plain(value: unknown): unknown {
  if (value === null) return null;
  const text = String(value).replace(/^nan$/i, 'NaN');
  if (/^\d{4}-\d\d-\d\d/.test(text)) return text.slice(0, 19).replace('T', ' ').replace(' 00:00:00', '');
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? text : Number(number.toPrecision(9));
}

async function truthOf(sql: string): Promise<unknown[][]> {
  const files = `read_parquet('${root}/raw/station=*/**/*.parquet', hive_partitioning = true,
    hive_types = {'station': VARCHAR, 'year': BIGINT, 'month': BIGINT, 'day': BIGINT})`;
  const table = `(SELECT * REPLACE (time AT TIME ZONE 'UTC' AS time) FROM ${files}) lake`;
  const answer = await native.runAndReadAll(sql.replace('FROM lake', `FROM ${table}`));
  return answer.getRowsJson().map((row) => row.map(plain));
}

/** Asks each form and expects what DuckDB answers; nothing of the lake is here unless `open` gives sessions that know it. */
async function expectSame(
  sql: string,
  asked: readonly Form[] = FORMS,
  open: (form: Form) => NodeSession | Promise<NodeSession> = openAnew,
): Promise<Record<Form, Receipt | undefined>> {
  const truth = await truthOf(sql);
  const receipts: Record<Form, Receipt | undefined> = { raw: undefined, compacted: undefined, rolled: undefined };
  for (const form of asked) {
    const { rows, receipt } = await (await open(form)).query(sql);
    expect(
      rows.map((row) => Object.values(row).map(plain)),
      `${form}: ${sql}`,
    ).toEqual(truth);
    receipts[form] = receipt;
  }
  return receipts;
}

describe('answers by rollups', () => {
  it.each([
    'SELECT count(*) AS n, avg(temperature) AS mean, min(time) AS first, max(time) AS last FROM lake',
    `SELECT date_trunc('month', time) AS t, device_id, count(temperature) AS n, sum(humidity) AS s, max(temperature) AS m
       FROM lake GROUP BY 1, 2 ORDER BY ALL`,
    `SELECT station, year, month, min(humidity) AS low, avg(humidity) AS mid FROM lake WHERE year = 2025 GROUP BY ALL ORDER BY ALL`,
    `SELECT device_id, count(*) AS n, avg(temperature) AS mean FROM lake
       WHERE temperature IS NOT NULL AND temperature_qc <= 2 GROUP BY 1 ORDER BY ALL`,
    `SELECT sum(temperature) AS s, count(temperature) AS n FROM lake WHERE temperature_qc = 9`,
    // A type that the lake format has no name for.
    'SELECT station, sum(charge) AS s, min(charge) AS low, max(charge) AS high, count(charge) AS n FROM lake GROUP BY 1 ORDER BY 1',
  ])('reads fewer files and bytes: %s', async (sql) => {
    const { raw, compacted, rolled } = await expectSame(sql);
    const data = (receipt: Receipt | undefined) =>
      (receipt?.filesMatched ?? NaN) + (receipt?.answeredBy.rollups ?? NaN);
    expect(rolled?.answeredBy.rollups).toBeGreaterThan(0);
    expect(rolled?.filesMatched).toBe(0);
    expect(data(rolled)).toBeLessThan(data(compacted));
    expect(data(compacted)).toBeLessThan(data(raw));
    expect(rolled?.bytes).toBeLessThan(compacted?.bytes ?? NaN);
    expect(compacted?.bytes).toBeLessThan(raw?.bytes ?? NaN);
  });

  it('reads fewer files for a question of hours, though a hundred rows a day make hardly fewer hours', async () => {
    const { compacted, rolled } = await expectSame(
      `SELECT time_bucket(INTERVAL 6 HOURS, time) AS t, avg(temperature) FILTER (WHERE temperature_qc IN (1, 2)) AS good FROM lake
       WHERE station <> 'x' AND time >= TIMESTAMP '2024-12-29 06:00:00' AND time < '2025-01-03' GROUP BY 1 ORDER BY 1`,
    );
    expect(rolled?.filesMatched).toBe(0);
    expect(rolled?.answeredBy.rollups).toBeGreaterThan(0);
    expect(rolled?.answeredBy.rollups).toBeLessThan(compacted?.filesMatched ?? NaN);
  });

  it('takes days for what days answer, and hours for the rest', async () => {
    const { rolled: days } = await expectSame(`SELECT avg(humidity) AS m FROM lake WHERE time >= '2024-12-30'`, [
      'rolled',
    ]);
    const { rolled: hours } = await expectSame(
      `SELECT avg(humidity) AS m FROM lake WHERE time >= '2024-12-30 01:00:00'`,
      ['rolled'],
    );
    expect(days?.rowsScanned).toBeLessThan((hours?.rowsScanned ?? 0) / 5);
  });

  it('takes what the manifest says of whole files before them, and reads the few others', async () => {
    const { rolled: free } = await expectSame(
      'SELECT station, count(*) AS n, max(pulses) AS most, min(time) AS first FROM lake GROUP BY 1 ORDER BY 1',
      ['rolled'],
    );
    expect(free).toMatchObject({ answeredBy: { rollups: 0, statistics: STATIONS.length * DAYS * FILES_PER_DAY } });
    expect(free?.requests.get).toBe(free?.requests.manifest);
    // What is cut of each station costs less than its rollups, and the rest is known.
    const cut = `SELECT station, count(*) AS n FROM lake WHERE time >= '2024-12-29 03:00:00' GROUP BY 1 ORDER BY 1`;
    const { rolled: mixed } = await expectSame(cut, ['rolled']);
    expect(mixed).toMatchObject({ filesFetched: STATIONS.length, answeredBy: { rollups: 0 } });
  });

  it.each([
    ['statistics', 'SELECT station, count(*) AS n FROM lake GROUP BY 1'],
    ['rollups', 'SELECT avg(humidity) AS m FROM lake'],
    ['rows', 'SELECT avg(depth) AS m FROM lake'],
  ])('are what an estimate counts on, as on %s', async (_, sql) => {
    const session = await openAnew('rolled');
    const { bytes, requests, answeredBy } = await session.estimate(sql);
    const { receipt } = await session.query(sql);
    expect({ bytes, requests, answeredBy }).toEqual({
      ...{ bytes: receipt.bytes, requests: receipt.requests.get, answeredBy: receipt.answeredBy },
    });
  });

  it('counts groups in which no value is', async () => {
    const { rolled } = await expectSame(
      `SELECT device_id, count(temperature) AS n, sum(temperature) AS s, count(*) AS rows FROM lake GROUP BY 1 ORDER BY 1`,
      ['rolled'],
    );
    expect(rolled?.answeredBy.rollups).toBeGreaterThan(0);
  });
});

it.each([
  ['a bound within an hour', `SELECT avg(humidity) AS m FROM lake WHERE time >= '2024-12-30 01:30:00'`],
  ['a bound that takes one instant of a bucket', `SELECT avg(humidity) AS m FROM lake WHERE time <= '2024-12-31'`],
  [
    'a group finer than an hour',
    `SELECT time_bucket(INTERVAL 30 MINUTES, time) AS t, max(humidity) AS m FROM lake GROUP BY 1 ORDER BY 1`,
  ],
  ['a condition on another column', `SELECT avg(humidity) AS m FROM lake WHERE depth < 3`],
  ['a condition on the value', `SELECT avg(humidity) AS m FROM lake WHERE humidity > 3`],
  ['the flag of another variable', `SELECT avg(humidity) AS m FROM lake WHERE temperature_qc = 1`],
  ['rows of a flag', `SELECT count(*) AS n FROM lake WHERE temperature_qc = 9`],
  [
    'groups that only rows without a value may make',
    `SELECT device_id, count(temperature) AS n FROM lake WHERE temperature_qc = 9 GROUP BY 1 ORDER BY 1`,
  ],
  ['a flag as a group', `SELECT temperature_qc, count(temperature) AS n FROM lake GROUP BY 1 ORDER BY 1`],
  ['distinct values', `SELECT count(DISTINCT device_id) AS n FROM lake`],
  ['a sum of whole numbers', `SELECT sum(pulses) AS s FROM lake`],
  ['a column that is no variable', `SELECT avg(depth) AS m FROM lake`],
  ['an expression of the value', `SELECT avg(humidity * 2) AS m FROM lake`],
  ['a deviation', `SELECT round(stddev_pop(humidity), 6) AS s FROM lake`],
])('reads the data for %s', async (_, sql) => {
  const { rolled } = await expectSame(sql, ['rolled']);
  expect(rolled?.answeredBy.rollups).toBe(0);
});

it('reads the data of stations whose rollups are missing, and no other', async () => {
  cpSync(join(root, 'raw'), join(root, 'partly'), { recursive: true });
  await makeManifest(join(root, 'partly'));
  await rollUpLake(join(root, 'partly'), ['--stations', 'abaco,wb2', '--grain', 'day']);
  const session = await openAnew('partly');
  const sql = `SELECT station, month(time) AS m, avg(temperature) AS t, count(*) AS n FROM lake GROUP BY ALL ORDER BY ALL`;
  const { rows, receipt } = await session.query(sql);
  expect(rows.map((row) => Object.values(row).map(plain))).toEqual(await truthOf(sql));
  expect(receipt.answeredBy.rollups).toBe(2);
  expect(receipt.filesMatched).toBe(DAYS * FILES_PER_DAY);
  // Its folders do not promise the month of their rows.
  const byFolder = await session.query('SELECT month, count(*) AS n FROM lake GROUP BY 1');
  expect(byFolder.receipt.answeredBy.rollups).toBe(0);
});

const key = fc.constantFrom(
  ...[
    'station',
    'device_id',
    'year',
    'month',
    'day',
    "date_trunc('hour', time)",
    "date_trunc('week', time)",
    'time::DATE',
  ],
  ...['hour(time)', 'CAST(time AS DATE)', 'extract(month FROM time)', "strftime(date_trunc('day', time), '%d')"],
  ...['upper(station) || month', 'time_bucket(INTERVAL 2 DAYS, time)', 'minute(time) // 30', 'depth', 'temperature_qc'],
);
const variable = fc.constantFrom('temperature', 'humidity', 'pulses', 'depth');
const filter = fc.constantFrom(
  ...['', '', '', ' FILTER (WHERE temperature_qc IN (1, 2))', ' FILTER (WHERE temperature_qc IS NULL)'],
  ...[
    " FILTER (WHERE station > 'b')",
    " FILTER (WHERE time < '2025-01-01')",
    ' FILTER (WHERE temperature IS NOT NULL)',
  ],
  ...[' FILTER (WHERE humidity > 40)', ' FILTER (WHERE hour(time) = 3 OR day = 1)'],
);
const value = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constantFrom('count', 'sum', 'avg', 'min', 'max'), variable).map(([name, of]) => `${name}(${of})`),
      fc.constantFrom('count(*)', 'min(time)', 'max(time)', 'count(time)'),
    ),
    filter,
  )
  .map((parts) => parts.join(''));
const condition = fc.constantFrom(
  ...[
    "station = 'abaco'",
    "station IN ('wb2', 'ärö')",
    "device_id <> 'ctd-1'",
    'device_id IS NULL',
    'month = 12',
    'day < 3',
  ],
  ...["time >= '2024-12-30'", "time < TIMESTAMP '2025-01-02 07:00:00'", "time BETWEEN '2024-12-30' AND '2025-01-01'"],
  ...[
    "time > '2024-12-30 05:59:59'",
    'time IS NOT NULL',
    'temperature IS NOT NULL',
    'temperature_qc = 1',
    'temperature_qc > 3',
  ],
  ...[
    'humidity IS NOT NULL',
    'humidity > 20',
    "date_trunc('day', time) <> DATE '2025-01-01'",
    '(year = 2025 OR hour(time) < 6)',
  ],
);
const query = fc
  .record({
    keys: fc.uniqueArray(key, { maxLength: 2 }),
    values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
    wheres: fc.uniqueArray(condition, { maxLength: 3 }),
  })
  .map(({ keys, values, wheres }) => {
    const items = [
      ...keys.map((own, index) => `${own} AS k${index}`),
      ...values.map((own, index) => `${own} AS v${index}`),
    ];
    const where = wheres.length === 0 ? '' : ` WHERE ${wheres.join(' AND ')}`;
    return `SELECT ${items.join(', ')} FROM lake${where} GROUP BY ALL ORDER BY ALL`;
  });

it('gives the answers of DuckDB over the raw, the compacted and the rolled-up form, whatever is asked', async () => {
  let byRollups = 0;
  // What is here of the data would be taken before rollups.
  const kept = {
    raw: await openAnew('raw', startNodeSession()),
    compacted: await openAnew('compacted', startNodeSession()),
  };
  const open = (form: Form) => (form === 'rolled' ? openAnew(form) : kept[form]);
  await fc.assert(
    fc.asyncProperty(query, async (sql) => {
      byRollups += Number((await expectSame(sql, FORMS, open)).rolled?.answeredBy.rollups);
    }),
    { numRuns: RUNS, seed: 20251129, endOnFailure: true },
  );
  expect(byRollups).toBeGreaterThan(RUNS / 5);
}, 240_000);

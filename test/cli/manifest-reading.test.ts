import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataFilesOf, makeWorkspace, removeWorkspaces, startTool } from '../support/ingest-cli';
import { startNodeSession, type NodeSession } from '../support/node-session';
import { startTestServer, type TestServer } from '../support/server';

const STATIONS = ['abaco', 'wb2', 'ärö'];
const DAYS = 5;
const RUNS = Number(process.env['PLANNING_RUNS'] ?? 200);

let native: DuckDBConnection;
let session: NodeSession;
let lake: string;
let server: TestServer;

/**
 * Three stations and five days across the end of a month: one small file a day, and on the last day a large one. Values move on
 * from file to file, and each kind of column has what statistics are known to stumble over.
 */
beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  await native.run("SET TimeZone='UTC'");
  lake = join(makeWorkspace(), 'lake');
  for (const [number, station] of STATIONS.entries()) {
    for (let day = 0; day < DAYS; day++) {
      const date = new Date(Date.UTC(2025, 0, 29 + day));
      const folder = join(
        lake,
        `station=${encodeURIComponent(station)}/year=2025/month=${pad(date.getUTCMonth() + 1)}/day=${pad(date.getUTCDate())}`,
      );
      await mkdir(folder, { recursive: true });
      const rows = day === DAYS - 1 ? 40_000 : 48;
      const g = number * DAYS + day;
      await native.run(
        `COPY (SELECT TIMESTAMP '${date.toISOString().slice(0, 10)}' + to_microseconds(i * ${Math.floor(86_400e6 / rows)}) AS time,
            CASE WHEN ${g} = 4 AND i = 7 THEN 'nan'::DOUBLE WHEN ${g} % 4 = 1 THEN NULL ELSE ${g} + i / ${rows} END AS temperature,
            (${g} * 100 + i % 90)::INTEGER AS number,
            '${station}-' || chr(97 + ${g}) || repeat('é', 40) AS device_id,
            CASE WHEN ${day} > 2 THEN i % 2 = 0 END AS ok,
            hash(i + ${g}) / 1e15 AS noise
          FROM range(${rows}) t(i))
         TO '${join(folder, `data_${g}.parquet`)}' (FORMAT parquet, ROW_GROUP_SIZE 8192, COMPRESSION zstd)`,
      );
    }
  }
  await tidelake('manifest', lake);
  session = startNodeSession();
});

afterAll(() => {
  native.closeSync();
  removeWorkspaces();
});

beforeEach(async () => {
  server = await startTestServer({ lake });
  await session.open(server.lakeUrl);
});

afterEach(() => server.close());

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

async function tidelake(...args: string[]): Promise<void> {
  const { code, stderr } = await startTool(args).ended;
  expect(code, stderr).toBe(0);
}

const truth = async (sql: string) => {
  const table = `FROM read_parquet('${lake}/station=*/**/*.parquet', hive_partitioning=true, hive_types={'year': BIGINT, 'month': BIGINT, 'day': BIGINT}) lake`;
  return (await native.runAndReadAll(sql.replace('FROM lake', table))).getRowObjects();
};

/** Requests since the last `forget`, by what they were for. */
function asked() {
  const requests = server.lakeRequests();
  const about = requests.filter(({ path }) => path.includes('_tidelake/'));
  const data = requests.filter(({ path }) => path.endsWith('.parquet') && !path.includes('_tidelake/'));
  return {
    list: requests.length - about.length - data.length,
    index: about.filter(({ path }) => path.endsWith('.json')).length,
    parts: about.filter(({ path }) => path.endsWith('.parquet')).length,
    data: data.length,
  };
}

describe('a lake with a manifest', () => {
  it('opens with its description and the index, and lists nothing', () => {
    expect(asked()).toEqual({ list: 0, index: 2, parts: 0, data: 0 });
  });

  it('goes from one request for the manifest to the data, and then to nothing but the data', async () => {
    server.forget();
    const oneDay = (days: string) =>
      session.query(
        `SELECT sum(number) AS n FROM lake WHERE station = 'abaco' AND year = 2025 AND month = 1 AND day IN (${days})`,
      );
    await oneDay('29');
    expect(asked()).toEqual({ list: 0, index: 0, parts: 1, data: 1 });
    server.forget();
    const { receipt } = await oneDay('29, 30');
    expect(asked()).toEqual({ list: 0, index: 0, parts: 0, data: 1 });
    expect(receipt).toMatchObject({ filesInLake: 15, filesMatched: 2, filesFetched: 1, requests: { list: 0 } });
    expect(receipt.pruned.manifest).toBe(13);
    server.forget();
    await oneDay('29, 30');
    expect(asked()).toEqual({ list: 0, index: 0, parts: 0, data: 0 });
  });

  it('reads the chunks of a large file without asking for its footer first', async () => {
    server.forget();
    const { receipt, rows } = await session.query(
      `SELECT max(number) AS n FROM lake WHERE station = 'wb2' AND time >= TIMESTAMP '2025-02-02' AND time < TIMESTAMP '2025-02-02 02:00:00'`,
    );
    expect(rows).toEqual([{ n: 989 }]);
    expect(asked()).toMatchObject({ list: 0, index: 0, parts: 1 });
    expect(receipt.requests.footers).toBe(0);
    expect(receipt.bytesSkipped).toBeGreaterThan(200_000);
  });

  it('rules out files by what is in them', async () => {
    server.forget();
    const { rows, receipt } = await session.query(
      'SELECT station, sum(number // 200)::INTEGER AS n FROM lake WHERE number BETWEEN 200 AND 289 GROUP BY 1',
    );
    expect(rows).toEqual([{ station: 'abaco', n: 48 }]);
    expect(receipt.filesMatched).toBe(1);
    expect(asked().data).toBe(1);
  });

  it('tells what is in it from the manifest alone', async () => {
    server.forget();
    const catalogue = await session.catalogue();
    expect(asked()).toMatchObject({ list: 0, data: 0 });
    const [row] = await truth(
      'SELECT count(*)::INTEGER AS n, epoch_ms(min(time))::DOUBLE AS first, epoch_us(max(time))::DOUBLE / 1000 AS last FROM lake',
    );
    expect(catalogue).toMatchObject({
      files: 15,
      rows: row?.['n'],
      span: { from: row?.['first'], until: row?.['last'] },
    });
    expect(catalogue.days.map(({ station, files }) => [station, files])).toHaveLength(15);
    const [column] = await truth(
      `SELECT count(*)::INTEGER AS rows, count(*) FILTER (WHERE number IS NULL)::INTEGER AS missing, min(number) AS min,
        max(number) AS max FROM lake`,
    );
    expect(catalogue.columns.find(({ name }) => name === 'number')).toMatchObject({ ...column, unknown: 0 });
    // DuckDB writes no ends for a file with a NaN.
    expect(catalogue.columns.find(({ name }) => name === 'temperature')).toMatchObject({ unknown: 40_000 });
    const number = catalogue.columns.find(({ name }) => name === 'number')?.histogram;
    const counts = await truth(
      `SELECT least(floor((number - ${number?.low}) / ${((number?.high ?? 0) - (number?.low ?? 0)) / 24}), 23)::INTEGER AS bin,
        count(*)::INTEGER AS n FROM lake GROUP BY 1`,
    );
    for (const { bin, n } of counts) {
      expect(number?.least[Number(bin)]).toBeLessThanOrEqual(Number(n));
      expect(number?.most[Number(bin)]).toBeGreaterThanOrEqual(Number(n));
    }
  });

  it('counts rows without reading any, and where the contract holds finds ends too', async () => {
    const ask = async (sql: string) => {
      server.forget();
      const answer = await session.query(sql);
      const { list, data } = asked();
      return { rows: answer.rows, list, data };
    };
    const counts =
      'SELECT station, count(*)::INTEGER AS n, count(temperature)::INTEGER AS t FROM lake GROUP BY 1 ORDER BY 1';
    expect(await ask(counts)).toEqual({ rows: await truth(counts), list: 0, data: 0 });
    const ends = `SELECT day, max(number) AS m, epoch_us(min(time))::DOUBLE AS f FROM lake WHERE station <> 'wb2' GROUP BY 1 ORDER BY 1`;
    expect((await ask(ends)).data).toBeGreaterThan(0);
    const about = join(lake, '_tidelake/lake.json');
    const text = await readFile(about, 'utf8');
    await writeFile(about, text.replace(/"partitionTime": "approximate",?/, ''));
    try {
      await session.open(server.lakeUrl);
      const { rows, data } = await ask(ends);
      expect(data).toBe(0);
      expect(rows.map((row) => Object.values(row).map(Number))).toEqual(
        (await truth(ends)).map((row) => Object.values(row).map(Number)),
      );
    } finally {
      await writeFile(about, text);
    }
  });

  it('answers like native DuckDB over all its files, whatever is asked', async () => {
    const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
    const value = fc.constantFrom(
      ['temperature', '3.5'],
      ['temperature', "'nan'::DOUBLE"],
      ['number', '412'],
      ['number', '-1'],
      ['device_id', "'wb2-f'"],
      ['device_id', `'ärö-k${'é'.repeat(40)}'`],
      ['station', "'ärö'"],
      ['day', '31'],
      ['month', '2'],
      ['time', "TIMESTAMP '2025-01-31 23:30:00'"],
      ['time', "TIMESTAMP '2025-02-01'"],
      ['noise', '9000'],
    );
    const leaf = fc.oneof(
      fc.tuple(value, comparison).map(([[column, literal], sign]) => `${column} ${sign} ${literal}`),
      fc.constantFrom('ok', 'ok IS NULL', 'temperature IS NULL', 'NOT ok', 'temperature IS NOT NULL'),
    );
    const joint = fc.constantFrom('AND', 'OR');
    const condition = fc
      .tuple(leaf, fc.array(fc.tuple(joint, leaf), { maxLength: 2 }))
      .map(([first, more]) => more.reduce((sql, [word, next]) => `(${sql} ${word} ${next})`, first));
    let pruned = 0;
    await fc.assert(
      fc.asyncProperty(condition, async (where) => {
        const sql = `SELECT count(*)::INTEGER AS n, sum(number)::DOUBLE AS s, count(temperature)::INTEGER AS t FROM lake WHERE ${where}`;
        const { rows, receipt } = await session.query(sql);
        pruned += receipt.pruned.manifest;
        expect(rows, where).toEqual(await truth(sql));
      }),
      { numRuns: RUNS, seed: 20251121 },
    );
    expect(pruned).toBeGreaterThan(RUNS);
  });

  it('is read by its new manifest where a file that the old one names has gone', async () => {
    const copy = join(makeWorkspace(), 'lake');
    for (const path of await readdir(lake, { recursive: true })) {
      if (!/\.(parquet|json)$/.test(path)) continue;
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await copyFile(join(lake, path), join(copy, path));
    }
    const changing = await startTestServer({ lake: copy });
    try {
      await session.open(changing.lakeUrl);
      const [gone = ''] = dataFilesOf(copy);
      await rm(join(copy, gone));
      await tidelake('manifest', copy);
      const { rows, receipt } = await session.query(
        'SELECT sum((number + 1) // (number + 1))::INTEGER AS n FROM lake WHERE day < 31 AND day > 20',
      );
      expect(rows).toEqual([{ n: 5 * 48 }]);
      expect(receipt.filesInLake).toBe(14);
    } finally {
      await changing.close();
    }
  });
});

describe('a manifest that is kept apart from the data', () => {
  it('is enough to read them by', async () => {
    const apart = join(makeWorkspace(), 'about');
    await tidelake('manifest', server.lakeUrl, '--to', apart);
    const about = await startTestServer({ lake: apart });
    try {
      await session.open(about.lakeUrl);
      server.forget();
      const { rows } = await session.query(
        `SELECT sum(number // number)::INTEGER AS n FROM lake WHERE station = 'wb2' AND day = 30`,
      );
      expect(rows).toEqual([{ n: 48 }]);
      expect(asked()).toEqual({ list: 0, index: 0, parts: 0, data: 1 });
    } finally {
      await about.close();
    }
  });
});

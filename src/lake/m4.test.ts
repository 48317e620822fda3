import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { m4Sql } from './m4';

const FROM = Date.UTC(2025, 0, 1);
const HOUR = 3_600_000;

interface Point {
  station: string | null;
  ms: number;
  value: number;
}

let connection: DuckDBConnection;

/** Two stations of noise with spikes, a gap, NULLs and NaN; and one without a name. */
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE TABLE "series ""x""" AS
    SELECT CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' END AS "st'ation",
      TIMESTAMP '2025-01-01' + INTERVAL (i * 7) SECOND AS "time",
      CASE WHEN i % 997 = 0 THEN 'nan'::DOUBLE WHEN i % 499 = 0 THEN NULL WHEN i = 5003 THEN 1e6 WHEN i = 9001 THEN -1e6
        ELSE sin(i / 50.0) + hash(i) % 1000 / 1000.0 END AS "v""1"
    FROM range(20000) t(i) WHERE i NOT BETWEEN 12000 AND 14000`);
});

async function points(sql: string): Promise<Point[]> {
  const rows = await (await connection.runAndReadAll(sql)).getRowsJS();
  return rows.map(([station, time, value]) => ({
    station: station === null ? null : String(station),
    ms: time instanceof Date ? time.getTime() : Number(time),
    value: Number(value),
  }));
}

const request = {
  source: 'series "x"',
  timeColumn: 'time',
  valueColumn: 'v"1',
  groupColumns: ["st'ation"],
  fromMs: FROM,
  toMs: FROM + 30 * HOUR,
  buckets: 200,
};

const raw = `SELECT "st'ation", "time", "v""1" FROM "series ""x""" WHERE "v""1" IS NOT NULL AND NOT isnan("v""1")
  AND "time" >= TIMESTAMP '2025-01-01' AND "time" < TIMESTAMP '2025-01-02 06:00:00' ORDER BY ALL`;

describe('m4Sql', () => {
  it('keeps the first, last, lowest and highest point of every bucket of every series', async () => {
    const [all, drawn] = [await points(raw), await points(m4Sql(request))];
    const width = (30 * HOUR) / request.buckets;
    const buckets = new Map<string, Point[]>();
    for (const point of all) {
      const name = `${point.station ?? 'NULL'} ${Math.floor((point.ms - FROM) / width)}`;
      buckets.set(name, [...(buckets.get(name) ?? []), point]);
    }
    const has = (point: Point | undefined) =>
      drawn.some((other) => other.station === point?.station && other.ms === point.ms && other.value === point.value);
    for (const bucket of buckets.values()) {
      const byValue = [...bucket].sort((first, second) => first.value - second.value);
      expect([bucket[0], bucket.at(-1)].every(has)).toBe(true);
      const values = drawn.filter(
        (point) => point.station === bucket[0]?.station && bucket.some((one) => one.ms === point.ms),
      );
      expect(Math.min(...values.map((point) => point.value))).toBe(byValue[0]?.value);
      expect(Math.max(...values.map((point) => point.value))).toBe(byValue.at(-1)?.value);
      expect(values.length).toBeLessThanOrEqual(4);
    }
    expect(drawn.every((point) => all.some((other) => other.ms === point.ms && other.value === point.value))).toBe(
      true,
    );
    expect(drawn.length).toBeLessThan(all.length);
  });

  it('loses no spike however few the buckets', async () => {
    const drawn = await points(m4Sql({ ...request, buckets: 1 }));
    const values = drawn.map((point) => point.value);
    expect([Math.max(...values), Math.min(...values)]).toEqual([1e6, -1e6]);
    expect(drawn.length).toBeLessThanOrEqual(12);
  });

  it('keeps a gap as wide as it is, to the bucket', async () => {
    const drawn = (await points(m4Sql(request))).filter((point) => point.station === 'a');
    const all = (await points(raw)).filter((point) => point.station === 'a');
    const widest = (series: Point[]) =>
      Math.max(...series.slice(1).map((point, index) => point.ms - (series[index]?.ms ?? 0)));
    expect(widest(drawn)).toBe(widest(all));
  });

  it('returns all points where there are more buckets than points, in order', async () => {
    const toMs = FROM + 10 * 60_000;
    const drawn = await points(m4Sql({ ...request, toMs, buckets: 100_000 }));
    const all = (await points(raw)).filter((point) => point.ms < toMs);
    expect(drawn).toEqual(all);
  });

  it('takes a further condition, and no groups', async () => {
    const drawn = await points(
      `SELECT NULL, * FROM (${m4Sql({ ...request, groupColumns: [], condition: `"st'ation" = 'b' OR false` })})`,
    );
    const inB = new Set((await points(raw)).filter((point) => point.station === 'b').map((point) => point.ms));
    expect(drawn.length).toBeGreaterThan(100);
    expect(drawn.every((point) => inB.has(point.ms))).toBe(true);
  });

  it('gives the points of the published example', async () => {
    const y = [0, 2, 1, 4, 3, 8, 2, 7, 1, 6, 0, 5, 9, 3, 4, 8, 2, 1, 7, 0];
    await connection.run(`CREATE TABLE example AS SELECT make_timestamp(i * 1000000) AS time, y AS value
      FROM (SELECT unnest(range(${y.length})) AS i, unnest([${y.join(', ')}]) AS y)`);
    const drawn = await points(
      `SELECT NULL, * FROM (${m4Sql({
        ...{ source: 'example', timeColumn: 'time', valueColumn: 'value', groupColumns: [] },
        ...{ fromMs: 0, toMs: y.length * 1000, buckets: 4 },
      })})`,
    );
    const indices = drawn.map(({ ms }) => ms / 1000);
    expect(indices).toEqual([0, 3, 4, 5, 8, 9, 10, 12, 14, 15, 19]);
    expect(drawn.map(({ value }) => value)).toEqual(indices.map((index) => y[index]));
  });

  it('refuses what cannot be drawn', () => {
    expect(() => m4Sql({ ...request, toMs: FROM })).toThrow(RangeError);
    expect(() => m4Sql({ ...request, fromMs: NaN })).toThrow(RangeError);
    expect(() => m4Sql({ ...request, buckets: 0.5 })).toThrow(RangeError);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { openPlanner, type Planner } from '../../test/support/planner';
import { sayPredicate } from './predicate-text';
import { planScans } from './explain-plan';
import type { LakeSchema } from './lake-schema';

const column = (name: string, duckdbType: string) => ({ name, duckdbType });

const schema: LakeSchema = {
  columns: [
    column('timestamp', 'TIMESTAMP'),
    column('temperature', 'DOUBLE'),
    column('pm2_5', 'INTEGER'),
    column('f', 'FLOAT'),
    column('b', 'BIGINT'),
    column('h', 'HUGEINT'),
    column('price', 'DECIMAL(9,2)'),
    column('ok', 'BOOLEAN'),
    column('status', 'VARCHAR'),
    column('od"d col', 'VARCHAR'),
    column("it's", 'INTEGER'),
    column('select', 'INTEGER'),
    column('d', 'DATE'),
    column('u', 'UUID'),
    column('st', 'STRUCT(a INTEGER, b VARCHAR)'),
    column('l', 'VARCHAR[]'),
    column('e', "ENUM('x', 'y')"),
    column('tns', 'TIMESTAMP_NS'),
    column('tz', 'TIMESTAMPTZ'),
  ],
  partitionKeys: [
    { name: 'station', type: 'text' },
    { name: 'year', type: 'integer', width: 4 },
    { name: 'month', type: 'integer', width: 2 },
    { name: 'day', type: 'integer', width: 2 },
    { name: 'date', type: 'text' },
  ],
  timeColumn: 'timestamp',
  exact: true,
};

let planner: Planner;

beforeAll(async () => {
  planner = await openPlanner();
  await planner.addLake('lake', schema);
});

async function whereOf(sql: string): Promise<string> {
  const [scan] = await planner.plan(sql);
  return scan === undefined ? 'no scan' : sayPredicate(scan.where);
}

const NOV_1 = '2025-11-01T00:00:00.000Z';
const NOV_2 = '2025-11-02T00:00:00.000Z';

describe('conditions that are understood', () => {
  it.each([
    [
      "station = 'a' AND timestamp >= '2025-11-01' AND timestamp < '2025-11-02'",
      `(timestamp >= ${NOV_1} AND timestamp < ${NOV_2} AND station = "a")`,
    ],
    ["timestamp BETWEEN '2025-11-01' AND '2025-11-02'", `(timestamp >= ${NOV_1} AND timestamp <= ${NOV_2})`],
    ['day IN (1, 2, 3)', '(day >= 1 AND day <= 3 AND day IN 1, 2, 3)'],
    ["station IN ('a', 'b')", 'station IN "a", "b"'],
    ['day IN (1, 5, 9)', 'day IN 1, 5, 9'],
    [
      "station IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'it''s')",
      'station IN "a", "b", "c", "d", "e", "f", "g", "h", "it\'s"',
    ],
    ["station IN ['a', 'it''s', NULL]", 'station IN "a", "it\'s"'],
    ["NOT list_contains(['a', 'b'], station)", '(station != "a" AND station != "b")'],
    ['contains([1, 5, 9], day)', 'day IN 1, 5, 9'],
    ["station NOT IN ('a', 'b')", '(station != "a" AND station != "b")'],
    ['day <> 3', 'day != 3'],
    ["station = 'a' OR station = 'b'", 'station IN "a", "b"'],
    ["station = 'a' OR day = 5", '(station = "a" OR day = 5)'],
    [
      "station = 'a' AND (timestamp < '2025-11-01' OR timestamp > '2025-11-02')",
      `(timestamp < ${NOV_1} OR timestamp > ${NOV_2})`,
    ],
    ["date_trunc('day', timestamp) = DATE '2025-11-01'", `(timestamp >= ${NOV_1} AND timestamp < ${NOV_2})`],
    ["timestamp::DATE = '2025-11-01'", `(timestamp >= ${NOV_1} AND timestamp < ${NOV_2})`],
    ["station LIKE 'abc%'", '(station >= "abc" AND station < "abd")'],
    ["station LIKE 'abc_d%'", '(station >= "abc" AND station < "abd")'],
    ["station LIKE 'abc'", 'station = "abc"'],
    ["station LIKE 'a%' OR day = 5", '((station >= "a" AND station < "b") OR day = 5)'],
    ["starts_with(station, 'é')", '(station >= "é" AND station < "ê")'],
    ["regexp_matches(status, '^ok')", '(status >= "ok" AND status < "ol")'],
    ['pm2_5 IS NOT NULL', 'pm2_5 IS NOT NULL'],
    ['pm2_5 IS NULL OR pm2_5 > 3', '(pm2_5 IS NULL OR pm2_5 > 3)'],
    ['ok', 'ok = true'],
    ['NOT ok', 'ok = false'],
    ['ok IS TRUE', 'ok = true'],
    ["u = '550E8400-e29b-41d4-a716-446655440000'", 'u = "550e8400-e29b-41d4-a716-446655440000"'],
    ["tz >= '2025-11-01 00:00:00+00'", `tz >= ${NOV_1}`],
    ["timestamp >= TIMESTAMPTZ '2025-11-01 02:00:00+02'", `timestamp >= ${NOV_1}`],
    ["d = '2025-11-01'", `d = ${NOV_1}`],
    ["d > TIMESTAMP '2025-11-01 00:00:00'", `d > ${NOV_1}`],
    ['temperature > -1.5e-7', 'temperature > -1.5e-7'],
    ["temperature = 'nan'", 'temperature = NaN'],
    ["temperature < 'infinity'::DOUBLE", 'temperature < Infinity'],
    ['f > 10.1', `f > ${Math.fround(10.1)}`],
    ['f > 10.1::DOUBLE', 'f > 10.1'],
    ['pm2_5 > 10.5', 'pm2_5 > 10.5'],
    ['month = 5.0::DOUBLE', 'month = 5'],
    ["month = '05'", 'month = 5'],
    ['price = 10.50', 'price = 10.5'],
    ['"od""d col" = \'a\'', 'od"d col = "a"'],
    ['"it\'s" = 5', "it's = 5"],
    ['"od""d col" = \'it\'\'s\' OR "it\'s" = 5 OR "select" = 4', '(od"d col = "it\'s" OR it\'s = 5 OR select = 4)'],
    ["status = 'x\nday=5\ny'", 'status = "x\\nday=5\\ny"'],
    ["status = 'x\ny' OR day = 5", '(status = "x\\ny" OR day = 5)'],
    ["NOT (station = 'a' OR day > 5)", '(station != "a" AND day <= 5)'],
    ['NOT (day BETWEEN 3 AND 5)', '(day < 3 OR day > 5)'],
    ['day IN (1, NULL, 9)', 'day IN 1, 9'],
    ["station NOT IN ('a', NULL)", 'station != "a"'],
    ['5 < day AND -3 != month', '(month != -3 AND day > 5)'],
    ["hour(timestamp) = 3 AND station = 'a'", 'station = "a"'],
    ['day BETWEEN month AND 5', 'day <= 5'],
    ["station = 'a' AND random() < 0.5", 'station = "a"'],
  ])('%s', async (condition, expected) => {
    const said = await whereOf(`SELECT temperature FROM lake WHERE ${condition}`);
    expect(said === expected || said.includes(expected), said).toBe(true);
  });

  it('folds what is constant', async () => {
    const said = await whereOf('SELECT 1 FROM lake WHERE timestamp >= now()::TIMESTAMP - INTERVAL 1 DAY');
    expect(said).toMatch(/^\(?timestamp >= \d{4}-\d\d-\d\dT/);
  });
});

describe('conditions that must not prune', () => {
  it.each([
    "timestamp::DATE BETWEEN '2025-11-01' AND '2025-11-03'",
    "time_bucket(INTERVAL 1 HOUR, timestamp) = '2025-01-01'",
    "timestamp + INTERVAL 1 DAY >= '2025-01-01'",
    "make_date(year, month, day) BETWEEN '2025-01-01' AND '2025-01-05'",
    '(year, month) IN ((2025, 1), (2025, 2))',
    'epoch(timestamp) > 5',
    'coalesce(pm2_5, 1) > 5',
    "station ILIKE 'A%'",
    "station NOT LIKE 'abc%'",
    "station COLLATE NOCASE = 'A'",
    "station IS DISTINCT FROM 'a'",
    'station = date',
    "station || 'a' = 'ba'",
    'st.a > 5',
    "e = 'x'",
    "e > 'x'",
    "l = ['a', 'b\nday=5\nc']",
    'b > 9007199254740993',
    'h > 99999999999999999999',
    "tns > '2025-01-01 00:00:00.123456789'",
    "timestamp > '0044-03-15 (BC) 00:00:00'",
    "timestamp < '12025-01-01'",
    'CASE WHEN day = 3 THEN true ELSE false END',
    "month::VARCHAR = '05'",
    "station = chr(0) || 'x'",
    "status = 'p' || chr(0) || 'q' OR station = 'a'",
    'day % 2 = 0',
    'list_contains([day, 2], 1)',
    "contains(station, 'a')",
  ])('%s', async (condition) => {
    expect(await whereOf(`SELECT temperature FROM lake WHERE ${condition}`)).toBe('anything');
  });

  it('takes a decimal comparison no stricter than a double can tell', async () => {
    expect(await whereOf('SELECT 1 FROM lake WHERE price > 10.505')).toBe('price >= 10.505');
    expect(await whereOf('SELECT 1 FROM lake WHERE price <> 10.5')).toBe('anything');
  });

  it('keeps a scan whose filter another scan of the same lake does not share', async () => {
    const said = await whereOf(
      "SELECT 1 FROM lake WHERE timestamp > (SELECT max(timestamp) FROM lake WHERE station = 'z')",
    );
    expect(said).toBe('anything');
  });
});

describe('queries that rename columns', () => {
  it('reads conditions on swapped names as conditions on the columns behind them', async () => {
    const swapped = 'SELECT status AS station, station AS status, day AS month, month AS day FROM lake';
    expect(await whereOf(`SELECT * FROM (${swapped}) WHERE station = 'a' OR day = 5`)).toBe(
      '(status = "a" OR month = 5)',
    );
  });

  it('follows the positions of a UNION, not its names', async () => {
    const union = 'SELECT station, status FROM lake UNION ALL SELECT status, station FROM lake';
    expect(await whereOf(`SELECT * FROM (${union}) WHERE station IN ('a', 'b')`)).toBe(
      '(station IN "a", "b" OR status IN "a", "b")',
    );
  });

  it('does not take an expression for the column whose name it bears, within a cast', async () => {
    for (const expression of ['coalesce(day, 1)', 'day + 1', 'nullif(day, 3)']) {
      expect(await whereOf(`SELECT * FROM (SELECT ${expression} AS day FROM lake) WHERE day = 3.0::DOUBLE`)).toBe(
        'anything',
      );
    }
    expect(await whereOf('SELECT * FROM (SELECT month AS day FROM lake) WHERE day = 3.0::DOUBLE')).toBe('month = 3');
  });

  it('is not led astray by apostrophes in names within casts', async () => {
    const query = `SELECT * FROM (SELECT coalesce(day, 1) AS "it's" FROM lake)
      WHERE ("it's" > 3.0::DOUBLE AND "it's" > 1) OR ("it's" < 9.0::DOUBLE AND "it's" <> 2)`;
    expect(await whereOf(query)).toBe('anything');
  });

  it('reads HAVING on a renamed group key', async () => {
    expect(await whereOf("SELECT station AS day FROM lake GROUP BY 1 HAVING day = 'a' OR day = 'b'")).toContain(
      'station IN "a", "b"',
    );
  });
});

describe('shapes of queries', () => {
  it('needs the columns it only filters by', async () => {
    const [scan] = await planner.plan("SELECT temperature FROM lake WHERE station = 'a' AND ok");
    expect(scan?.columns).toEqual(['temperature', 'ok', 'station']);
  });

  it('counts rows without columns', async () => {
    expect(await planner.plan('SELECT count(*) FROM lake')).toEqual([
      { table: 'lake', columns: [], where: { kind: 'anything' }, countOnly: true },
    ]);
    const [filtered] = await planner.plan("SELECT count(*) FROM lake WHERE station = 'a'");
    expect(filtered).toMatchObject({ columns: ['station'], countOnly: false });
  });

  it('does not scan where conditions contradict each other', async () => {
    expect(await planner.plan("SELECT 1 FROM lake WHERE station = 'a' AND station = 'b'")).toEqual([]);
    expect(await planner.plan('SELECT 1 FROM lake WHERE 1 = 0')).toEqual([]);
  });

  it('does not scan for a CTE that takes the name of the lake', async () => {
    expect(await planner.plan('WITH lake AS (SELECT 1 AS x) SELECT x FROM lake')).toEqual([]);
  });

  it('joins the two sides of a self join', async () => {
    const [scan] = await planner.plan(
      "SELECT a.temperature FROM lake a JOIN lake b USING (timestamp) WHERE a.station = 'a' AND b.station = 'b'",
    );
    expect(scan?.columns).toEqual(['timestamp', 'temperature', 'station']);
    expect(sayPredicate(scan?.where ?? { kind: 'nothing' })).toBe('station IN "a", "b"');
  });

  it('reads the filters of a CTE that is used twice', async () => {
    const said = await whereOf(`WITH c AS (SELECT * FROM lake WHERE day = 5)
      SELECT a.temperature FROM c a JOIN c b USING (timestamp) WHERE a.station = 'a' AND b.station = 'b'`);
    expect(said).toBe('(day = 5 AND station IN "a", "b")');
  });

  it('ignores the dynamic filter of ORDER BY … LIMIT', async () => {
    expect(await whereOf("SELECT temperature FROM lake WHERE station = 'a' ORDER BY timestamp LIMIT 5")).toBe(
      'station = "a"',
    );
  });

  it('passes only partition keys of a window below it', async () => {
    const numbered = 'SELECT station, day, row_number() OVER (PARTITION BY station ORDER BY timestamp) AS n FROM lake';
    expect(await whereOf(`SELECT * FROM (${numbered}) WHERE station = 'a' AND day = 3 AND n < 5`)).toBe(
      'station = "a"',
    );
  });

  it('does not filter below a LIMIT or a sample', async () => {
    expect(await whereOf('SELECT * FROM (SELECT * FROM lake LIMIT 5) WHERE day = 3')).toBe('anything');
    expect(await whereOf('SELECT * FROM lake TABLESAMPLE 10% WHERE day = 3 OR month = 4')).toBe('anything');
  });

  it('needs a whole struct for one of its fields', async () => {
    const [scan] = await planner.plan('SELECT st.a FROM lake');
    expect(scan?.columns).toEqual(['st']);
  });

  it('plans several lakes at once', async () => {
    await planner.addLake('it\'s "another"', { ...schema, exact: false });
    const scans = await planner.plan(
      'SELECT * FROM lake JOIN "it\'s ""another""" o USING (timestamp) WHERE lake.day = 3 AND o.month = 4',
    );
    expect(scans.map((scan) => [scan.table, sayPredicate(scan.where)])).toEqual([
      ['lake', 'day = 3'],
      ['it\'s "another"', 'month = 4'],
    ]);
  });
});

describe('plans that are not as expected', () => {
  const everything = { table: 'lake', where: { kind: 'anything' }, countOnly: false };

  it.each(['', '{}', '[]', '[1]', '[{"children":[]}]', 'not json'])('%j asks for everything', (text) => {
    const [scan] = planScans({ filters: text, columns: text, rows: text }, new Map([['lake', schema]]));
    expect(scan).toMatchObject(everything);
    expect(scan?.columns).toHaveLength(24);
  });

  it('asks for everything where the lake is scanned by its own name', () => {
    const plan = JSON.stringify([{ name: 'SEQ_SCAN ', extra_info: { Table: 'lake', Filters: "station='a'" } }]);
    const [scan] = planScans({ filters: plan, columns: plan, rows: plan }, new Map([['lake', schema]]));
    expect(scan).toMatchObject(everything);
  });
});

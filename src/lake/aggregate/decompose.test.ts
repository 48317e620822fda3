import { beforeAll, expect, it } from 'vitest';
import { openNodeDatabase } from '../../../test/support/node-duckdb';
import type { EngineDatabase } from '../../workers/engine';
import type { LakeSchema } from '../lake-schema';
import { decompose } from './decompose';

const SCHEMA: LakeSchema = {
  columns: [
    { name: 'time', duckdbType: 'TIMESTAMP' },
    { name: 'value', duckdbType: 'DOUBLE' },
    { name: 'depth', duckdbType: 'FLOAT' },
  ],
  partitionKeys: [{ name: 'station', type: 'text' }],
  timeColumn: 'time',
  exact: true,
};

let database: EngineDatabase;

beforeAll(async () => {
  database = await openNodeDatabase();
});

const read = async (sql: string) => decompose(sql, await database.tokenize(sql), SCHEMA);

it('divides a query into states of parts and a query over these', async () => {
  const divided = await read(
    `SELECT station, avg(value) AS mean FROM lake WHERE depth < 5 GROUP BY station HAVING mean > 3 ORDER BY mean DESC LIMIT 3`,
  );
  expect(divided?.partialSql('part')).toBe(
    'SELECT "station" AS tidelake_key_0, count("value") AS tidelake_state_0_n, sum("value") AS tidelake_state_0_sum ' +
      'FROM part WHERE "depth" < 5 GROUP BY 1',
  );
  expect(divided?.finalSql('partials', ['station', 'mean'])).toMatch(
    /^SELECT tidelake_key_0 AS "station", tidelake_value_0 AS "mean" FROM \(.*\) WHERE \( tidelake_value_0 \) > 3 ORDER BY 2 DESC LIMIT 3$/,
  );
});

it('asks for a state once where an aggregate is there twice', async () => {
  const divided = await read(`SELECT max(value) - min(value), max(lake.Value) FROM lake ORDER BY max("value")`);
  expect(divided?.aggregates.map(({ call }) => call.name)).toEqual(['max', 'min']);
});

it('puts the lake’s part of a larger statement in its place', async () => {
  const divided = await read(`WITH m AS (SELECT station, count(*) n FROM lake GROUP BY 1) SELECT max(n) FROM m`);
  expect(divided?.selectSql).toBe('SELECT station, count(*) n FROM lake GROUP BY 1');
  expect(divided?.finalSql('p', ['station', 'n'])).toMatch(
    /^WITH m AS \( SELECT tidelake_key_0 AS "station", tidelake_value_0 AS "n" FROM \(.*\) \) SELECT max\(n\) FROM m$/,
  );
});

it('takes the name of a column for the column where an output column bears it too', async () => {
  const grouped = await read(
    `SELECT date_trunc('day', time) AS time, count(*) AS n FROM lake GROUP BY 1 ORDER BY time`,
  );
  expect(grouped?.finalSql('p', ['time', 'n'])).toContain('ORDER BY 1');
  expect(await read(`SELECT date_trunc('day', time) AS time, count(*) AS n FROM lake GROUP BY 1 ORDER BY -time`)).toBe(
    undefined,
  );
  expect(
    await read(`SELECT avg(value) AS value FROM lake GROUP BY station HAVING value > 3`),
    'DuckDB decides what this is',
  ).toBe(undefined);
});

it('finds a key only where it stands as a whole', async () => {
  const expression = await read(`SELECT -(depth + value) * 2 AS a FROM lake GROUP BY depth + value`);
  expect(expression?.finalSql('p', ['a'])).toContain('SELECT -(tidelake_key_0 ) * 2 AS "a"');
  expect(await read(`SELECT 2 * depth + value AS a FROM lake GROUP BY depth + value`)).toBe(undefined);
});

it.each([
  ['rows', 'SELECT value FROM lake'],
  ['rows in order', 'SELECT * FROM lake ORDER BY time LIMIT 5'],
  ['windows', 'SELECT station, count(*) OVER () FROM lake GROUP BY station'],
  ['joins', 'SELECT count(*) FROM lake JOIN other USING (station)'],
  ['joins by a comma', 'SELECT count(*) FROM lake, range(3)'],
  ['the lake twice', 'SELECT count(*) FROM lake WHERE value > (SELECT avg(value) FROM lake)'],
  ['sub-queries', 'SELECT count(*) FROM lake WHERE value > (SELECT 1)'],
  ['set operations', 'SELECT count(*) FROM lake UNION ALL SELECT 1'],
  ['samples', 'SELECT count(*) FROM lake USING SAMPLE 10'],
  ['QUALIFY', 'SELECT station, count(*) FROM lake GROUP BY 1 QUALIFY true'],
  ['ordered aggregates', 'SELECT string_agg(station ORDER BY time) FROM lake'],
  ['several quantiles at once', 'SELECT quantile_cont(value, [0.1, 0.9]) FROM lake'],
  ['quantiles of what is not known yet', 'SELECT quantile_disc(value, depth) FROM lake'],
  ['quantiles beyond all values', 'SELECT quantile_disc(value, 1.5) FROM lake'],
  ['quantiles of different values', 'SELECT median(DISTINCT value) FROM lake'],
  ['distinct sums', 'SELECT sum(DISTINCT value) FROM lake'],
  ['the n least', 'SELECT min(value, 3) FROM lake'],
  ['chance', 'SELECT count(*) FROM lake WHERE random() < 0.5'],
  ['the clock', 'SELECT count(*) FROM lake WHERE time > now()::TIMESTAMP'],
  ['columns that are not grouped', 'SELECT station, count(*) FROM lake'],
  ['grouping sets', 'SELECT station, count(*) FROM lake GROUP BY ROLLUP (station)'],
  ['DISTINCT ON', 'SELECT DISTINCT ON (station) value FROM lake'],
  ['parameters', 'SELECT count(*) FROM lake WHERE value > $1'],
  ['lambdas', 'SELECT max(list_transform([value], x -> x)) FROM lake'],
  ['tables of other names', 'SELECT count(*) FROM pond'],
  ['tables of the lake’s name in a schema', 'SELECT count(*) FROM memory.main.lake'],
  ['a CTE of the lake’s name', 'WITH lake AS (SELECT 1 AS value) SELECT sum(value) FROM lake'],
  ['shares of rows', 'SELECT station, count(*) FROM lake GROUP BY 1 LIMIT 10 PERCENT'],
  ['other statements', 'CREATE TABLE t AS SELECT count(*) FROM lake'],
  ['descriptions', 'DESCRIBE SELECT count(*) FROM lake'],
  ['names of our own', 'SELECT count(*) AS tidelake_state_0 FROM lake'],
  ['FROM first', 'FROM lake SELECT count(*)'],
])('leaves %s to the ordinary way', async (_, sql) => {
  expect(await read(sql)).toBe(undefined);
});

it.each([
  'SELECT DISTINCT station FROM lake ORDER BY ALL',
  'SELECT count(*) FROM lake',
  'SELECT station, approx_quantile(value, 0.95) - median(value), approx_count_distinct(depth) FROM lake GROUP BY ALL',
  "SELECT time_bucket(INTERVAL '1 hour', time), max(value) FROM lake GROUP BY ALL",
  'SELECT year(time) y, corr(value, depth) FROM lake GROUP BY y ORDER BY y LIMIT 5 OFFSET 2;',
  'select STATION, 100.0 * count(*) FILTER (WHERE value IS NULL) / count(*) from LAKE group by all',
  "SELECT station, arg_max(value, time) FROM lake l WHERE l.time >= DATE '2025-01-01' GROUP BY l.station",
])('reads %s', async (sql) => {
  expect(await read(sql.replace(/;$/, ''))).toBeDefined();
});

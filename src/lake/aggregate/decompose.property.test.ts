import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { openNodeDatabase } from '../../../test/support/node-duckdb';
import type { EngineConnection, EngineDatabase } from '../../workers/engine';
import type { LakeSchema } from '../lake-schema';
import { decompose } from './decompose';

const SCHEMA: LakeSchema = {
  columns: [
    { name: 'time', duckdbType: 'TIMESTAMP' },
    { name: 'device_id', duckdbType: 'VARCHAR' },
    { name: 'x', duckdbType: 'DOUBLE' },
    { name: 'y', duckdbType: 'DOUBLE' },
    { name: 'f', duckdbType: 'FLOAT' },
    { name: 'i', duckdbType: 'INTEGER' },
    { name: 'big', duckdbType: 'BIGINT' },
    { name: 'dec', duckdbType: 'DECIMAL(9,2)' },
    { name: 'ok', duckdbType: 'BOOLEAN' },
    { name: 'odd "name"', duckdbType: 'DOUBLE' },
  ],
  partitionKeys: [
    { name: 'station', type: 'text' },
    { name: 'day', type: 'integer', width: 2 },
  ],
  timeColumn: 'time',
  exact: true,
};

/** Each case is 25 queries. AGGREGATE_RUNS asks for more cases. */
const TIME_LIMIT_MS = 1_000 * Math.max(240, Number(process.env['AGGREGATE_RUNS'] ?? 0) * 8);

let database: EngineDatabase;
let connection: EngineConnection;

beforeAll(async () => {
  database = await openNodeDatabase();
  connection = await database.connect();
});

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const joined = (parts: fc.Arbitrary<string>[], by = '') => fc.tuple(...parts).map((all) => all.join(by));

const NUMBERS = ['x', 'y', 'f', 'i', 'big', 'dec', '"odd ""name"""', 'l.x + 1', 'abs(i)', 'x * y', 'CAST(i AS DOUBLE)'];
const ANYTHING = [...NUMBERS, 'time', 'l.device_id', 'station', 'ok', "date_trunc('hour', time)", 'day'];
const number = oneOf(...NUMBERS);
const anything = oneOf(...ANYTHING);

const share = oneOf('0', '0.07', '0.25', '.5', '0.7', '0.9', '1', '1.0');

const condition = fc.oneof(
  oneOf('i > 0', 'x IS NOT NULL', "station = 'a'", "device_id IN ('p', 'q')", 'ok', 'NOT ok', 'i % 2 = 0', 'false'),
  oneOf("time >= TIMESTAMP '2025-01-02'", 'i BETWEEN 0 AND 3', "device_id LIKE 'p%'", 'x IS DISTINCT FROM y'),
  oneOf('isfinite(x)', '(i > 0 OR y < 0) AND NOT isnan(coalesce(y, 0))', 'CASE WHEN ok THEN i ELSE day END > 1'),
);

const plainCall = fc.oneof(
  oneOf('count(*)', 'count()'),
  anything.map((argument) => `count(${argument})`),
  anything.map((argument) => `count(DISTINCT ${argument})`),
  joined([oneOf('sum', 'avg', 'mean', 'min', 'max'), number.map((argument) => `(${argument})`)]),
  joined([oneOf('min', 'max'), anything.map((argument) => `(${argument})`)]),
  joined([
    oneOf('stddev', 'stddev_samp', 'stddev_pop', 'var_samp', 'variance', 'var_pop'),
    number.map((argument) => `(${argument})`),
  ]),
  joined([
    oneOf('corr', 'covar_pop', 'covar_samp', 'regr_slope', 'regr_intercept', 'regr_r2', 'regr_count'),
    fc.tuple(number, number).map((pair) => `(${pair.join(', ')})`),
  ]),
  // Ties are decided by the order of rows, which is that of the parts: the time is unique.
  joined([oneOf('arg_min', 'arg_max', 'min_by', 'max_by'), anything.map((argument) => `(${argument}, time)`)]),
  anything.map((argument) => `median(${argument})`),
  joined([oneOf('quantile_disc', 'quantile'), anything.map((argument) => `(${argument}, `), share, oneOf(')')]),
  // Of types with an arithmetic of their own, DuckDB answers in another type than the parts.
  joined([oneOf('x', 'y', 'i', 'big', 'x * y').map((argument) => `quantile_cont(${argument}, `), share, oneOf(')')]),
  oneOf('bool_and(ok)', 'bool_or(i > 3)', 'sum(ok::INTEGER)'),
);
const call = fc
  .tuple(plainCall, fc.option(condition, { freq: 4 }))
  .map(([text, filter]) => (filter === null ? text : `${text} FILTER (WHERE ${filter})`));
const value = fc.oneof(
  { weight: 5, arbitrary: call },
  { weight: 1, arbitrary: joined([call, oneOf(' * 2', '::DOUBLE', ' IS NULL')]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(call, number)
      .map(([text, n]) => `CASE WHEN (${text}) IS NULL THEN 'none' ELSE 'some' END || count(${n})`),
  },
);

const KEYS = [
  'station',
  'device_id',
  'l.day',
  'ok',
  "date_trunc('day', time)",
  'time::DATE',
  'hour(time)',
  'i % 3',
  'extract(hour FROM time) + day',
  "CASE WHEN station = 'a' THEN 'first' ELSE upper(station) END",
  'x > 0',
  'time_bucket(INTERVAL 6 HOUR, time)',
];

interface Query {
  sql: string;
}

const query: fc.Arbitrary<Query> = fc
  .record({
    keys: fc.uniqueArray(oneOf(...KEYS), { maxLength: 3 }),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
    style: oneOf('ALL', 'ordinal', 'alias', 'expression'),
    where: fc.option(condition),
    having: fc.option(
      fc.oneof(
        call.map((text) => `(${text})::VARCHAR IS NOT NULL`),
        oneOf('count(*) > 2', 'v0 IS NOT NULL'),
      ),
    ),
    wrapped: oneOf('no', 'no', 'cte', 'subquery'),
    inKeys: fc.boolean(),
  })
  .map(({ keys, values, style, where, having, wrapped, inKeys }) => {
    const items = [
      ...keys.map((key, index) => (style === 'alias' ? `${key} AS k${index}` : key)),
      ...values.map((text, index) => `${text} AS v${index}`),
      // A function of a key, which is no key itself.
      ...(inKeys && keys[0] && style !== 'ALL' ? [`concat(${keys[0]}, '!') tail`] : []),
    ];
    const groups =
      style === 'ALL'
        ? 'ALL'
        : keys
            .map((key, index) => (style === 'alias' ? `k${index}` : style === 'ordinal' ? index + 1 : key))
            .join(', ');
    const select = [
      `SELECT ${items.join(', ')}`,
      'FROM lake AS l -- the lake',
      where === null ? '' : `WHERE ${where}`,
      keys.length > 0 || style === 'ALL' ? `GROUP BY ${groups}` : '',
      having === null ? '' : `HAVING ${having}`,
      `ORDER BY ${[...keys.map((_, index) => `${index + 1} DESC NULLS LAST`), '1'].join(', ')}`,
    ]
      .filter((line) => line !== '')
      .join('\n');
    if (wrapped === 'cte') return { sql: `WITH s AS (${select}) SELECT count(*) OVER () AS n, * FROM s` };
    return { sql: wrapped === 'subquery' ? `SELECT * FROM (${select}) AS s WHERE 1 = 1` : select };
  });

const row = fc.record({
  day: fc.integer({ min: 1, max: 3 }),
  hour: fc.integer({ min: 0, max: 23 }),
  device: fc.constantFrom("'p'", "'q'", "'é'", 'NULL'),
  station: fc.constantFrom("'a'", "'b'"),
  x: fc.constantFrom('NULL', '1.5', '-2.25', '0.1', '-0.0', '1e6', '3', '3.0000001', "'nan'", "'inf'"),
  y: fc.constantFrom('NULL', '7', '0.1', '100.125', '-1'),
  f: fc.constantFrom('NULL', '0.1', '2.5', '-7'),
  i: fc.constantFrom('NULL', '0', '1', '2', '5', '-3'),
  big: fc.constantFrom('NULL', '9007199254740993', '-1', '4611686018427387904'),
  dec: fc.constantFrom('NULL', '1.25', '-0.5', '12345.67'),
  ok: fc.constantFrom('NULL', 'true', 'false'),
  odd: fc.constantFrom('NULL', '101325.5', '101326.25', '101325.75'),
  part: fc.integer({ min: 0, max: 3 }),
});

async function load(rows: (typeof row extends fc.Arbitrary<infer Row> ? Row : never)[]): Promise<void> {
  const types = SCHEMA.columns.map(({ name, duckdbType }) => `"${name.replaceAll('"', '""')}" ${duckdbType}`);
  await connection.query(
    `CREATE OR REPLACE TABLE everything (${[...types, 'station VARCHAR', 'day BIGINT', 'part INTEGER'].join(', ')})`,
  );
  const values = rows.map(
    (one, index) =>
      `(TIMESTAMP '2025-01-0${one.day} ${one.hour}:00:00' + to_microseconds(${index}), ${one.device}, ${one.x}::DOUBLE, ${one.y},
        ${one.f}, ${one.i}, ${one.big}, ${one.dec}, ${one.ok}, ${one.odd}, ${one.station}, ${one.day}, ${one.part})`,
  );
  if (values.length > 0) {
    await connection.query(`INSERT INTO everything SELECT * FROM (VALUES ${values.join(', ')}) ORDER BY ALL`);
    await connection.query('CREATE OR REPLACE TABLE everything AS SELECT * FROM everything ORDER BY part, time');
  }
}

async function rowsOf(sql: string): Promise<unknown[][]> {
  const table = await connection.query(sql);
  return Array.from(table, (one) => Object.values(one.toJSON()).map((entry: unknown) => plain(entry)));
}

function plain(entry: unknown): unknown {
  if (typeof entry === 'bigint') return String(entry);
  if (typeof entry !== 'object' || entry === null) return entry;
  return String(entry);
}

async function answer(sql: string): Promise<unknown[][] | string> {
  return rowsOf(sql).catch((error: unknown) => `fails: ${String(error).split(':')[1]}`);
}

/** The answer of the parts: two of them merged before the others come. */
async function answerInParts(sql: string): Promise<unknown[][] | string | undefined> {
  const divided = decompose(sql, await database.tokenize(sql), SCHEMA);
  if (divided === undefined) return undefined;
  const part = (numbers: string) => `(SELECT * EXCLUDE (part) FROM everything WHERE part IN (${numbers}))`;
  try {
    await connection.query(`CREATE OR REPLACE VIEW lake AS SELECT * FROM everything`);
    const names = await rowsOf(`SELECT column_name FROM (DESCRIBE ${divided.selectSql})`);
    const types = `SELECT column_name, column_type FROM (DESCRIBE ${sql})`;
    const wanted = await rowsOf(types);
    for (const [index, number] of ['0', '1', '2', '3'].entries()) {
      const partial = divided.partialSql(`${part(number)} AS l`);
      await connection.query(
        index === 0 ? `CREATE OR REPLACE TABLE partials AS ${partial}` : `INSERT INTO partials ${partial}`,
      );
      if (index === 1) {
        await connection.query(`CREATE OR REPLACE TABLE merged AS ${divided.combineSql('partials')}`);
        expect(await rowsOf(`SELECT column_name, column_type FROM (DESCRIBE merged)`)).toEqual(
          await rowsOf(`SELECT column_name, column_type FROM (DESCRIBE partials)`),
        );
        await connection.query('CREATE OR REPLACE TABLE partials AS FROM merged');
      }
    }
    const final = divided.finalSql(
      'partials',
      names.map(([name]) => String(name)),
    );
    expect(await rowsOf(`SELECT column_name, column_type FROM (DESCRIBE ${final})`), final).toEqual(wanted);
    return await rowsOf(final);
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error;
    return `fails: ${String(error).split(':')[1]}`;
  }
}

/** Equal, doubles to nine places of the largest number that may have gone into them. */
function expectSame(parts: unknown[][] | string, whole: unknown[][] | string, sql: string): void {
  if (typeof whole === 'string') {
    // DuckDB computes what HAVING then leaves out, and may fail at it.
    if (!sql.includes('HAVING')) expect(parts, sql).toContain('fails');
    return;
  }
  if (typeof parts === 'string') throw new Error(`${sql}: ${parts}`);
  expect(parts.length, sql).toBe(whole.length);
  whole.forEach((line, index) =>
    line.forEach((wanted, column) => {
      const got = parts[index]?.[column];
      const isNear =
        typeof wanted === 'number' &&
        typeof got === 'number' &&
        Math.abs(wanted - got) <= 1e-9 * Math.max(1, Math.abs(wanted));
      if (!isNear && !(wanted === 0 && got === 0))
        expect(got, `${sql}\n${JSON.stringify([whole, parts])}`).toEqual(wanted);
    }),
  );
}

it(
  'answers from parts what it answers from the whole',
  async () => {
    let divided = 0;
    let total = 0;
    const cases = fc.tuple(fc.array(row, { maxLength: 30 }), fc.array(query, { minLength: 25, maxLength: 25 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([rows, queries]) => {
        await load(rows);
        for (const { sql } of queries) {
          total += 1;
          await connection.query(`CREATE OR REPLACE VIEW lake AS SELECT * EXCLUDE (part) FROM everything`);
          const parts = await answerInParts(sql);
          await connection.query(`CREATE OR REPLACE VIEW lake AS SELECT * EXCLUDE (part) FROM everything`);
          const whole = await answer(sql);
          if (parts === undefined) continue;
          divided += 1;
          expectSame(parts, whole, sql);
        }
      }),
      { numRuns: Number(process.env['AGGREGATE_RUNS'] ?? 10), seed: 20251127, endOnFailure: true },
    );
    // Those left are ambiguous names in HAVING and the like.
    expect(divided).toBeGreaterThan(total * 0.9);
  },
  TIME_LIMIT_MS,
);

it(
  'approximates quantiles to 0.01 % of their value, and counts of values exactly',
  async () => {
    const cases = fc.tuple(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.array(fc.tuple(oneOf('x', 'y', 'i', 'big', 'x * y', '-x'), share), { minLength: 6, maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([rows, asked]) => {
        await load(rows);
        const ask = (quantile: string, distinct: string) =>
          `SELECT station, ${asked.map(([of, part], index) => `${quantile}(${of}, ${part}) FILTER (WHERE isfinite((${of})::DOUBLE)) AS q${index}`).join(', ')},
           ${distinct}i) AS i, ${distinct}device_id) AS d FROM lake AS l GROUP BY ALL ORDER BY ALL`;
        const parts = await answerInParts(ask('approx_quantile', 'approx_count_distinct('));
        await connection.query(`CREATE OR REPLACE VIEW lake AS SELECT * EXCLUDE (part) FROM everything`);
        const whole = await rowsOf(ask('quantile_disc', 'count(DISTINCT '));
        expect(parts).toHaveLength(whole.length);
        whole.forEach((line, index) =>
          line.forEach((wanted, column) => {
            const got = parts?.[index]?.[column];
            const [one, other] = [Number(got), Number(wanted)];
            if (column === 0 || wanted === null || column > asked.length) expect(got).toEqual(wanted);
            else expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-4 * Math.abs(other));
          }),
        );
      }),
      { numRuns: Number(process.env['AGGREGATE_RUNS'] ?? 10), seed: 20251129, endOnFailure: true },
    );
  },
  TIME_LIMIT_MS,
);

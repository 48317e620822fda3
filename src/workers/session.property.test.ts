import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { formatPartition } from '@tidelake/lake-format';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';

/** Lakes, and queries of each. SESSION_RUNS asks for more lakes. */
const RUNS = Number(process.env['SESSION_RUNS'] ?? 5);
const QUERIES = 12;

let native: DuckDBConnection;
let root: string;
let server: TestServer;
let session: NodeSession;

beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
  await native.run("SET TimeZone='UTC'");
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-property-'));
  server = await startTestServer({ lake: root });
  session = startNodeSession();
});

afterAll(async () => {
  await server.close();
  native.closeSync();
  await rm(root, { recursive: true });
});

const TIME_TYPES = ['TIMESTAMP', 'TIMESTAMPTZ', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP_S'];
// All of them are the same in a FLOAT: native DuckDB compares the column of a FLOAT file with a constant rounded to that.
const VALUES = ['NULL', "'nan'", "'inf'", "'-inf'", '-0.0', '0.0', '1.5', '-7.25', '1e10', '3'];
const STATIONS = ['a', 'b c', 'é', '100%', 'x=1', null];

/** A file as some collector left it: its own types and columns, rows that may spill past midnight, or none. */
const file = fc.record({
  station: fc.constantFrom(...STATIONS),
  day: fc.integer({ min: 1, max: 3 }),
  padded: fc.boolean(),
  timeType: fc.constantFrom(...TIME_TYPES),
  valueType: fc.constantFrom('DOUBLE', 'FLOAT'),
  countType: fc.constantFrom('INTEGER', 'SMALLINT', 'BIGINT'),
  lacks: fc.subarray(['v', 'n', 'note'], { maxLength: 2 }),
  hasDay: fc.boolean(),
  rows: fc.array(
    fc.record({
      minute: fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.constantFrom(1439, 1440, 1445, -5, null)),
      v: fc.constantFrom(...VALUES),
      n: fc.constantFrom('NULL', '-3', '0', '1', '7', '120'),
      note: fc.constantFrom('NULL', "''", "'x'", "'it''s'", "'😀'", "'z'"),
    }),
    { maxLength: 12 },
  ),
});
type File = typeof file extends fc.Arbitrary<infer Value> ? Value : never;

/** Of the layouts that collectors use: by station and day, by day and station, and by station alone. */
const lake = fc.record({
  layout: fc.constantFrom(['station', 'day'], ['day', 'station'], ['station']),
  files: fc.array(file, { minLength: 3, maxLength: 7 }),
});

function selectOf({ day, rows, timeType, valueType, countType, lacks, hasDay }: File): string {
  const list = [
    `t::${timeType} AS time`,
    ...(lacks.includes('v') ? [] : [`v::${valueType} AS v`]),
    ...(lacks.includes('n') ? [] : [`n::${countType} AS n`]),
    ...(lacks.includes('note') ? [] : ['note::VARCHAR AS note']),
    // A key may be in the file as well; the folder decides.
    ...(hasDay ? [`${day}::BIGINT AS day`] : []),
  ];
  const values = rows.map(({ minute, v, n, note }) => {
    const time = minute === null ? 'NULL' : `TIMESTAMP '2025-03-0${day}' + to_minutes(${minute})`;
    return `(${time}, ${v}::DOUBLE, ${n}, ${note})`;
  });
  const source = `(VALUES ${[...values, '(NULL::TIMESTAMP, NULL, NULL, NULL)'].join(', ')}) r(t, v, n, note)`;
  return `SELECT ${list.join(', ')} FROM (FROM ${source} LIMIT ${rows.length})`;
}

/** Writes a lake into a folder of its own, and makes it the view `lake` of native DuckDB. */
async function write(name: string, layout: readonly string[], files: readonly File[]): Promise<void> {
  const hasDay = layout.includes('day');
  for (const [index, one] of files.entries()) {
    const folders = layout.map((key) => {
      if (key === 'station') return formatPartition({ key, value: one.station });
      return `day=${one.padded ? String(one.day).padStart(2, '0') : one.day}`;
    });
    const folder = path.join(root, name, ...folders);
    await mkdir(folder, { recursive: true });
    const select = selectOf({ ...one, hasDay: one.hasDay && hasDay });
    await native.run(`COPY (${select}) TO '${folder.replaceAll("'", "''")}/${index}.parquet' (FORMAT parquet)`);
  }
  const types = hasDay ? "{'station': VARCHAR, 'day': BIGINT}" : "{'station': VARCHAR}";
  await native.run(
    `CREATE OR REPLACE VIEW everything AS FROM read_parquet('${root}/${name}/**/*.parquet',
       hive_partitioning = true, union_by_name = true, hive_types = ${types})`,
  );
}

const condition = fc.oneof(
  fc
    .tuple(fc.constantFrom('=', '<>', '<', '<=', '>', '>='), fc.constantFrom(...VALUES.slice(1)))
    .map(([sign, value]) => `v ${sign} ${value}::DOUBLE`),
  fc.constantFrom('v IS NULL', 'v IS NOT NULL', 'isnan(v)', 'v BETWEEN -1 AND 2', 'abs(v) > 1', '-v < 2', 'v = -0.0'),
  fc.constantFrom(
    'n IN (1, 7)',
    'n > 0',
    'n IS NULL',
    'n + 1 = 8',
    'n NOT IN (0, NULL)',
    "note LIKE 'i%'",
    "note = ''",
  ),
  fc.constantFrom("note > 'y'", 'note IS NOT NULL', "station = 'é'", "station IN ('a', '100%')", 'station IS NULL'),
  fc.constantFrom("station LIKE 'b%'", "upper(station) = 'A'", "station <> 'x=1'", "station > 'a' OR n = 1"),
  fc
    .tuple(
      fc.constantFrom('>=', '<', '=', '>', '<='),
      fc.constantFrom('2025-03-02', '2025-03-01 23:59:00', '2025-03-02 00:05:00', '2025-03-03', '2025-02-28 23:55:00'),
    )
    .map(([sign, time]) => `time ${sign} TIMESTAMP '${time}'`),
  fc.constantFrom("time::DATE = DATE '2025-03-02'", 'time IS NULL', "time BETWEEN '2025-03-01' AND '2025-03-02'"),
);
const where = fc
  .tuple(condition, condition, condition, fc.constantFrom('AND', 'OR'), fc.constantFrom('AND', 'OR', 'AND NOT'))
  .map(([first, second, third, joint, other]) => `((${first}) ${joint} (${second})) ${other} (${third})`);
const VALUES_OF_ROWS = `count(*)::INTEGER AS n, count(v)::INTEGER AS vs, min(time)::VARCHAR AS t0, max(time)::VARCHAR AS t1,
  max(n)::INTEGER AS n1, count(DISTINCT note)::INTEGER AS notes, sum(CASE WHEN isfinite(v) AND abs(v) < 100 THEN v END)::VARCHAR AS s`;
const query = fc.tuple(where, fc.constantFrom('all', 'station', 'hour', 'rows')).map(([text, shape]) => {
  switch (shape) {
    case 'all':
      return `SELECT ${VALUES_OF_ROWS} FROM lake WHERE ${text}`;
    case 'station':
      return `SELECT station, ${VALUES_OF_ROWS} FROM lake WHERE ${text} GROUP BY ALL ORDER BY station`;
    case 'hour':
      return `SELECT date_trunc('hour', time)::VARCHAR AS h, ${VALUES_OF_ROWS} FROM lake WHERE ${text} GROUP BY ALL ORDER BY h`;
    default:
      return `SELECT time::VARCHAR AS t, station, note, n::INTEGER AS n, v::VARCHAR AS v FROM lake WHERE ${text} ORDER BY ALL`;
  }
});

/** Times as the page has them: microseconds of UTC, whatever the files' own units and zones. */
const asTimestamps = `(SELECT * REPLACE (time::TIMESTAMP AS time) FROM everything)`;

it('answers any question on any lake as native DuckDB answers it over all of the files', async () => {
  let pruned = 0;
  let answered = 0;
  let lakes = 0;
  await fc.assert(
    fc.asyncProperty(lake, fc.array(query, { minLength: QUERIES, maxLength: QUERIES }), async (made, queries) => {
      const name = `lake-${++lakes}`;
      await write(name, made.layout, made.files);
      const { columns } = await session.open(`${server.lakeUrl}${name}/`);
      const known = new Set(columns.map((column) => column.name));
      for (const sql of queries) {
        // A sample of the files may have shown none with a column.
        if (['v', 'n', 'note'].some((column) => !known.has(column))) continue;
        const truth = await native.runAndReadAll(sql.replace('FROM lake', `FROM ${asTimestamps} lake`));
        const { rows, receipt } = await session.query(sql);
        answered += 1;
        expect(
          rows.map((row) => Object.values(row)),
          sql,
        ).toEqual(truth.getRows());
        pruned += made.files.length - receipt.filesMatched;
      }
    }),
    { numRuns: RUNS, seed: 20251130, endOnFailure: true },
  );
  expect(pruned).toBeGreaterThan(RUNS * 3);
  expect(answered).toBeGreaterThan((RUNS * QUERIES) / 2);
}, 240_000);

import { dateOfDay, dayNumberOf, encodePartitionText, formatPartition, MS_PER_DAY } from '@tidelake/lake-format';
import type { PartitionKey } from '@tidelake/lake-format';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { walkKeys } from '../../test/support/listed-keys';
import { ODD_CONDITIONS, QUERY_SHAPES } from '../../test/support/odd-queries';
import { openPlanner, type Planner } from '../../test/support/planner';
import { sayPredicate } from './predicate-text';
import { mayMatch, type ColumnBounds } from './column-bounds';
import { partitionColumnType, tableColumns, type LakeSchema } from './lake-schema';
import { compareUtf8 } from './literal';
import { startWalk } from './partition-walk';
import { quoteIdentifier, quoteLiteral } from './sql-identifier';

/** The columns that lie in the files of a generated lake. */
const FILE_COLUMNS = [
  { name: 'time', duckdbType: 'TIMESTAMP' },
  { name: 'v', duckdbType: 'DOUBLE' },
  { name: 'f', duckdbType: 'FLOAT' },
  { name: 'n', duckdbType: 'INTEGER' },
  { name: 'name', duckdbType: 'VARCHAR' },
];

interface Row {
  timeMs: number | null;
  v: number | null;
  f: number | null;
  n: number | null;
  name: string | null;
  key: string;
  partition: Record<string, string | null>;
}

interface Lake {
  schema: LakeSchema;
  rows: Row[];
}

const TEXTS = [
  'a',
  'b',
  'A',
  'b c',
  "o'brien",
  'é',
  'x=1/y',
  '100%',
  '😀',
  '\uffee',
  'line\nday=5\nend',
  '_x',
  '05',
  '',
];
const NUMBERS = [0, -0, 1, 3, 5, -2.5, 0.1, 10.5, 1e300, -1e-7, NaN, Infinity, -Infinity];
const FIRST_DAY = dayNumberOf(Date.UTC(2024, 11, 27));
const DAYS = 40;

const key = (name: string, width?: number): PartitionKey =>
  name === 'station' || name === 'date' ? { name, type: 'text' } : { name, type: 'integer', ...(width && { width }) };

const LAYOUTS: PartitionKey[][] = [
  [key('station'), key('year', 4), key('month', 2), key('day', 2)],
  [key('station'), key('year'), key('month'), key('day')],
  [key('year', 4), key('month', 2), key('day', 2), key('station')],
  [key('year', 4), key('station'), key('month', 2), key('day', 2)],
  [key('date'), key('station')],
  [key('station'), key('date'), key('hour', 2)],
  [key('month', 2), key('year', 4)],
  [key('Year', 4), key('MONTH', 2)],
  [key('station')],
  [key('n'), key('day', 2)],
  [],
];

const timeMs = fc
  .tuple(fc.integer({ min: 0, max: DAYS - 1 }), fc.constantFrom(0, 1, 3_600_000 * 5, MS_PER_DAY - 1))
  .map(([day, within]) => (FIRST_DAY + day) * MS_PER_DAY + within);
const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null, freq: 8 });

const lakes: fc.Arbitrary<Lake> = fc
  .record({
    exact: fc.boolean(),
    partitionKeys: fc.constantFrom(...LAYOUTS),
    rows: fc.array(
      fc.record({
        timeMs: orNull(timeMs),
        v: orNull(fc.constantFrom(...NUMBERS)),
        f: orNull(fc.constantFrom(...NUMBERS.map(Math.fround))),
        n: orNull(fc.integer({ min: -3, max: 12 })),
        name: orNull(fc.constantFrom(...TEXTS)),
        station: orNull(fc.constantFrom(...TEXTS)),
        spill: fc.integer({ min: -1, max: 1 }),
        isPadded: fc.boolean(),
        isHive: fc.boolean(),
        file: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
  })
  .map(({ exact, partitionKeys, rows }) => {
    const schema = { columns: FILE_COLUMNS, partitionKeys, timeColumn: 'time', exact };
    return { schema, rows: rows.flatMap((row) => placeRow(schema, row)) };
  });

interface LooseRow extends Omit<Row, 'key' | 'partition'> {
  station: string | null;
  spill: number;
  isPadded: boolean;
  isHive: boolean;
  file: number;
}

/** Puts a row into the folder a writer would: a careful one, or any at all where the lake is foreign. */
function placeRow(schema: LakeSchema, row: LooseRow): Row[] {
  if (schema.exact && row.timeMs === null) return [];
  const spill = schema.exact ? 0 : row.spill;
  const folderMs = (row.timeMs ?? FIRST_DAY * MS_PER_DAY) + spill * MS_PER_DAY;
  const date = dateOfDay(dayNumberOf(folderMs));
  const numbers: Record<string, number | null> = { ...date, hour: new Date(folderMs).getUTCHours(), n: row.n };
  const partition: Record<string, string | null> = {};
  const folders = schema.partitionKeys.map((key) => {
    const number = numbers[key.name.toLowerCase()] ?? null;
    const isPadded = schema.exact || row.isPadded;
    const padded =
      number === null || number < 0 ? number : String(number).padStart(isPadded ? (key.width ?? 1) : 1, '0');
    const text = key.name === 'station' ? row.station : new Date(folderMs).toISOString().slice(0, 10);
    const value = key.type === 'text' ? text : padded === null ? null : String(padded);
    partition[key.name] = value === '' ? null : value;
    if (schema.exact || row.isHive || value === null) return formatPartition({ key: key.name, value });
    return `${encodePartitionText(key.name)}=${value === '' ? '' : encodeURIComponent(value)}`;
  });
  const { timeMs: ms, v, f, n, name } = row;
  return [{ timeMs: ms, v, f, n, name, key: [...folders, `part-${row.file}.parquet`].join('/'), partition }];
}

/** Conditions as a researcher may write them; some of them the planner cannot read. */
function conditions(schema: LakeSchema): fc.Arbitrary<string> {
  const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
  const texts = fc.constantFrom(...TEXTS).map(quoteLiteral);
  const numbers = fc.constantFrom(...NUMBERS).map(numberSql);
  const instants = timeMs.map((ms) => `TIMESTAMP '${new Date(ms).toISOString().slice(0, -1)}'`);
  const days = timeMs.map((ms) => `DATE '${new Date(ms).toISOString().slice(0, 10)}'`);
  const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(' '));
  const text = (...words: string[]) => fc.constantFrom(...words);
  const tests = (column: string, values: fc.Arbitrary<string>) => [
    joined(text(column), comparison, values),
    joined(values, comparison, text(column)),
    fc.array(values, { minLength: 1, maxLength: 9 }).map((list) => `${column} IN (${list.join(', ')})`),
    fc.array(values, { minLength: 1, maxLength: 3 }).map((list) => `${column} NOT IN (${list.join(', ')}, NULL)`),
    fc.tuple(values, values).map(([low, high]) => `${column} BETWEEN ${low} AND ${high}`),
    text(`${column} IS NULL`, `${column} IS NOT NULL`),
  ];
  const integers = fc.integer({ min: -3, max: 31 });
  const keyTests = schema.partitionKeys.flatMap(({ name, type }) =>
    type === 'text'
      ? tests(name, name === 'date' ? days.map((day) => day.slice(5)) : texts)
      : [
          ...tests(name, (/year/i.test(name) ? fc.constantFrom(2024, 2025) : integers).map(String)),
          integers.map((value) => `${name} = ${value}.0::DOUBLE`),
          integers.map((value) => `${name} = '${String(value).padStart(2, '0')}'`),
        ],
  );
  const leaf = fc.oneof(
    ...tests('time', instants),
    ...tests('time', instants),
    days.map((day) => `time::DATE = ${day}`),
    fc.tuple(days, days).map(([low, high]) => `time::DATE BETWEEN ${low} AND ${high}`),
    days.map((day) => `date_trunc('month', time) = ${day}`),
    days.map((day) => `time >= ${day}::TIMESTAMPTZ`),
    text(...ODD_CONDITIONS),
    text('hour(time) = 5', 'coalesce(n, 1) > 3', 'n % 2 = 0', 'random() >= 0', "name LIKE 'b%'", "name LIKE '_x'"),
    ...tests('v', numbers),
    ...tests('f', numbers),
    ...tests('n', fc.integer({ min: -3, max: 12 }).map(String)),
    fc.tuple(comparison, fc.constantFrom('2.5', '-1.5::DOUBLE', '3.0::FLOAT')).map((parts) => `n ${parts.join(' ')}`),
    ...tests('name', texts),
    ...keyTests,
    ...keyTests,
  );
  return fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc
        .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
        .map(([left, joint, right]) => `(${left} ${joint} ${right})`),
      fc.tuple(leaf, tie('condition')).map(([first, second]) => `(${first} AND ${second})`),
      tie('condition').map((condition) => `(NOT ${condition})`),
    ),
  })).condition;
}

function numberSql(value: number | null): string {
  if (value === null) return 'NULL';
  if (Number.isFinite(value)) return Object.is(value, -0) ? '(-0.0)::DOUBLE' : `${value}::DOUBLE`;
  return `'${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}'::DOUBLE`;
}

/** Some ten seconds on an idle machine; other tests may run beside it. PLANNING_RUNS asks for more cases. */
const TIME_LIMIT_MS = 1_000 * Math.max(240, Number(process.env['PLANNING_RUNS'] ?? 0) * 3);

let planner: Planner;

beforeAll(async () => {
  planner = await openPlanner();
});

/** Makes the lake's plan tables, and a table `everything` of all its rows with the file each lies in. */
async function load({ schema, rows }: Lake): Promise<string[]> {
  await planner.addLake('lake', schema);
  const columns = tableColumns(schema).map((column) => `${quoteIdentifier(column.name)} ${column.duckdbType}`);
  await planner.rows(`CREATE OR REPLACE TABLE everything (${[...columns, 'file INTEGER'].join(', ')})`);
  const files = [...new Set(rows.map((row) => row.key))];
  const values = rows.map((row) => `(${[...valuesOfRow(schema, row), files.indexOf(row.key)].join(', ')})`);
  if (values.length > 0) await planner.rows(`INSERT INTO everything VALUES ${values.join(', ')}`);
  return files;
}

function valuesOfRow(schema: LakeSchema, row: Row): string[] {
  const text = (value: string | null) => (value === null ? 'NULL' : quoteLiteral(value));
  const own: Record<string, string> = {
    time: row.timeMs === null ? 'NULL' : `TIMESTAMP '${new Date(row.timeMs).toISOString().slice(0, -1)}'`,
    v: numberSql(row.v),
    f: numberSql(row.f),
    n: row.n === null ? 'NULL' : String(row.n),
    name: text(row.name),
  };
  return tableColumns(schema).map(({ name }) => {
    const key = schema.partitionKeys.find((candidate) => candidate.name === name);
    if (key === undefined) return own[name] ?? 'NULL';
    return `CAST(${text(row.partition[name] ?? null)} AS ${partitionColumnType(key)})`;
  });
}

/** What a Parquet footer says of a file: the least and greatest value, NaN passed over, and whether there are NULLs. */
function statistics(rows: Row[], column: string): ColumnBounds | undefined {
  const values = rows.map((row) => (column === 'time' ? row.timeMs && row.timeMs * 1000 : row[column as 'v']));
  const known = values.filter((value) => value !== null && value !== undefined);
  const nulls = known.length === values.length ? 'none' : known.length === 0 ? 'all' : 'some';
  const sorted = known
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => (typeof a === 'string' ? compareUtf8(a, String(b)) : a - Number(b)));
  const literal = (value: unknown) =>
    column === 'time'
      ? ({ type: 'timestamp', value: Number(value) } as const)
      : column === 'name'
        ? ({ type: 'text', value: String(value) } as const)
        : ({ type: 'number', value: Number(value) } as const);
  const ends = sorted.length === 0 ? {} : { min: literal(sorted[0]), max: literal(sorted.at(-1)) };
  return { ...ends, nulls, ...(column === 'n' ? { nan: false } : {}) };
}

it(
  'finds every file that holds a row of the answer, by folders and by statistics',
  async () => {
    const cases = lakes.chain((lake) =>
      fc.tuple(fc.constant(lake), fc.array(conditions(lake.schema), { minLength: 8, maxLength: 12 })),
    );
    let pruned = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ([lake, wheres]) => {
        const files = await load(lake);
        for (const condition of wheres) {
          const holding = await planner.rows(`SELECT DISTINCT file FROM everything WHERE ${condition}`);
          const needed = holding.map(([file]) => files[Number(file)] ?? '').sort();
          const [scan] = await planner.plan(`SELECT v FROM lake WHERE ${condition}`);
          const where = scan?.where ?? { kind: 'nothing' };
          const said = `${condition}\n${sayPredicate(where)}`;

          const walked = walkKeys(
            [...files, '_tidelake/lake.json', '_tidelake/x.parquet'],
            startWalk(lake.schema, where),
            3,
          );
          const found = walked.files.map((file) => file.key);
          expect(new Set(found).size, said).toBe(found.length);
          expect(found, said).toEqual(expect.arrayContaining(needed));
          pruned += files.length - found.length;

          const names = new Set(FILE_COLUMNS.map((column) => column.name));
          const byStatistics = files.filter((file) => {
            const rows = lake.rows.filter((row) => row.key === file);
            return mayMatch(where, (column) =>
              names.has(column) && !lake.schema.partitionKeys.some((key) => key.name === column)
                ? statistics(rows, column)
                : undefined,
            );
          });
          expect(byStatistics, said).toEqual(expect.arrayContaining(needed));
        }
      }),
      { numRuns: Number(process.env['PLANNING_RUNS'] ?? 100), seed: 20251124 },
    );
    expect(pruned).toBeGreaterThan(500);
  },
  TIME_LIMIT_MS,
);

it(
  'answers over the files and columns of the plan what it answers over the whole lake',
  async () => {
    const cases = lakes.chain((lake) =>
      fc.tuple(
        fc.constant(lake),
        fc.array(fc.tuple(conditions(lake.schema), fc.constantFrom(...QUERY_SHAPES)), { minLength: 4, maxLength: 6 }),
      ),
    );
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ([lake, queries]) => {
        const files = await load(lake);
        const table = tableColumns(lake.schema);
        const all = table.map((column) => column.name);
        for (const [condition, shape] of queries) {
          const sql = shape(condition);
          const scans = await planner.plan(sql).catch(() => undefined);
          // A shape may not fit a layout, such as a USING of a column that is not there.
          if (scans === undefined) continue;
          planned += 1;
          const answer = async (columns: string[], kept: string) => {
            const list = table.map(({ name, duckdbType }) =>
              columns.includes(name) ? quoteIdentifier(name) : `NULL::${duckdbType} AS ${quoteIdentifier(name)}`,
            );
            await planner.rows(
              `CREATE OR REPLACE VIEW lake AS SELECT ${list.join(', ')} FROM everything WHERE ${kept}`,
            );
            const [row] = await planner.rows(
              `SELECT count(*), string_agg(r::VARCHAR, '|' ORDER BY r::VARCHAR) FROM (${sql}) r`,
            );
            return row;
          };
          const [scan] = scans;
          const found = scan === undefined ? [] : walkKeys(files, startWalk(lake.schema, scan.where)).files;
          const indices = found.map((file) => files.indexOf(file.key));
          const kept = indices.length === 0 ? 'false' : `file IN (${indices.join(', ')})`;
          expect(await answer(scan?.columns ?? all, kept), sql).toEqual(await answer(all, 'true'));
        }
      }),
      { numRuns: Number(process.env['PLANNING_RUNS'] ?? 50), seed: 20251125 },
    );
    expect(planned).toBeGreaterThan(70);
  },
  TIME_LIMIT_MS,
);

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPlanner, type Planner } from '../../test/support/planner';
import { sayPredicate } from '../lake/predicate-text';
import type { LakeSchema } from '../lake/lake-schema';
import { EnabledStatistics, readParquet, writeParquet, WriterPropertiesBuilder } from 'parquet-wasm';
import { mayMatchFilters, parseBloomFilter, worthwhileFilters } from '../lake/bloom-filter';
import { matchingStretches, offsetIndexesOf, stretchesOf } from '../lake/page-index';
import type { Predicate } from '../lake/predicate';
import { matchingRowGroups } from '../lake/row-groups';
import type { ObjectStore } from '../sources/object-store';
import { createFooterCache } from './footers';
import { readPageIndexes } from './page-indexes';
import { parseFooter } from './parquet-footer';

/** DuckDB's smallest row group. */
const ROWS_PER_GROUP = 2048;
const GROUPS = 6;
const ROWS = GROUPS * ROWS_PER_GROUP;

/** Columns whose values move on from row group to row group; `g` is the number of the row group, `i` that of the row. */
const COLUMNS: { name: string; sql: string; fileType: string; lakeType: string; values: string[] }[] = [
  column('i32', 'g * 10 + i % 7', 'INTEGER', 'INTEGER', ['0', '13', '26', '55', '-1']),
  column('i64', '9007199254740990 + i', 'BIGINT', 'BIGINT', ['9007199254740991', '9007199254740993', '0']),
  column('u32', '4294960000 + g * 100 + i % 5', 'UINTEGER', 'BIGINT', ['4294960102', '4294960499', '7']),
  column('u64', 'i', 'UBIGINT', 'UBIGINT', ['100', '5000']),
  column('i16', 'g - 3', 'SMALLINT', 'DOUBLE', ['-2', '0.5', '2']),
  column('f32', `CASE WHEN i % 999 = 0 AND g = 2 THEN 'nan'::FLOAT ELSE g + 0.1 END`, 'FLOAT', 'FLOAT', [
    '2.1',
    '3',
    '0.1',
  ]),
  column(
    'f64',
    `CASE g WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN '-0.0'::DOUBLE WHEN 3 THEN 'inf'::DOUBLE ELSE g / 3 END`,
    'DOUBLE',
    'DOUBLE',
    ['0.0', "'inf'::DOUBLE", "'nan'::DOUBLE", '1.0'],
  ),
  column('dec', 'g * 100.01', 'DECIMAL(9,2)', 'DECIMAL(9,2)', ['100.01', '300.03', '300.031', '250']),
  column('big', 'g * 1234567890123.01', 'DECIMAL(18,2)', 'DOUBLE', ['2469135780246.02', '2469135780246.03']),
  column('huge', 'g * 7.5', 'DECIMAL(30,4)', 'DECIMAL(30,4)', ['7.5', '22.5', '-1']),
  column('ms', 'make_timestamp_ms(g * 86400000 + i % 10)', 'TIMESTAMP_MS', 'TIMESTAMP', times()),
  column('us', 'make_timestamp(g * 86400000000 + i % 10 - 5)', 'TIMESTAMP', 'TIMESTAMP', times()),
  column('ns', 'make_timestamp_ns(g * 86400000000000 + i % 1500)', 'TIMESTAMP_NS', 'TIMESTAMP', times()),
  column('tz', 'make_timestamp(g * 86400000000)', 'TIMESTAMPTZ', 'TIMESTAMP', times()),
  column('d', 'make_date((g * 30)::INTEGER)', 'DATE', 'DATE', ["DATE '1970-01-31'", "DATE '1970-02-15'"]),
  column('ok', 'g > 2', 'BOOLEAN', 'BOOLEAN', ['true', 'false']),
  column(
    'txt',
    `CASE g WHEN 0 THEN NULL WHEN 1 THEN '' ELSE chr(120 * g::INTEGER) || repeat('é', 40) END`,
    'VARCHAR',
    'VARCHAR',
    ["''", "'ð'", "'ðé'", "'z'"],
  ),
  // Scattered, so that statistics tell nothing, and repeated, so that DuckDB makes dictionaries and Bloom filters.
  column('code', '(i // 512) * 367 % 1000', 'INTEGER', 'BIGINT', ['101', '569', '500', '74', '333']),
  column('long', '(i // 512) * 367 % 1000 - 500', 'BIGINT', 'DOUBLE', ['-399', '69', '69.5', '0']),
  column('tag', `'tag ü' || ((i // 512) * 367 % 1000)`, 'VARCHAR', 'VARCHAR', [
    "'tag ü101'",
    "'tag ü569'",
    "'tag ü500'",
  ]),
  column('gaps', 'CASE WHEN g % 2 = 0 THEN i END', 'INTEGER', 'INTEGER', ['5', '4100', '9000']),
];

function column(name: string, sql: string, fileType: string, lakeType: string, values: string[]) {
  return { name, sql: `CAST(${sql} AS ${fileType})`, fileType, lakeType, values };
}

function times(): string[] {
  return [
    "TIMESTAMP '1970-01-02 00:00:00'",
    "TIMESTAMP '1970-01-03 00:00:00.000001'",
    "TIMESTAMP '1970-01-04 00:00:00.005'",
    "TIMESTAMP '1970-01-05 12:00:00'",
  ];
}

const schema: LakeSchema = {
  columns: [
    ...COLUMNS.map(({ name, lakeType }) => ({ name, duckdbType: lakeType })),
    { name: 'absent', duckdbType: 'DOUBLE' },
  ],
  partitionKeys: [{ name: 'station', type: 'text' }],
  timeColumn: 'us',
  exact: false,
};

const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => {
  const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
  const leaf = fc.constantFrom(...COLUMNS).chain(({ name, values }) => {
    const value = fc.constantFrom(...values);
    return fc.oneof(
      fc.tuple(comparison, value).map(([sign, right]) => `${name} ${sign} ${right}`),
      fc.tuple(value, value).map(([low, high]) => `${name} BETWEEN ${low} AND ${high}`),
      fc.array(value, { minLength: 1, maxLength: 3 }).map((list) => `${name} IN (${list.join(', ')})`),
      fc.constantFrom(`${name} IS NULL`, `${name} IS NOT NULL`),
    );
  });
  const other = fc.constantFrom('absent > 1', 'absent IS NULL', "station = 'a'", "station <> 'a'", 'i32 % 2 = 0');
  return {
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      leaf,
      other,
      fc
        .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
        .map(([left, joint, right]) => `(${left} ${joint} ${right})`),
      tie('condition').map((inner) => `(NOT ${inner})`),
    ),
  };
}).condition;

/** A condition that asks for the filters of all columns. */
const ANY_EQUALITY: Predicate = {
  kind: 'or',
  terms: COLUMNS.map(({ name }) => ({ kind: 'in', column: name, literals: [{ type: 'text', value: '' }] })),
};

const neverAborted = new AbortController().signal;

/** A store of one object. */
function storeOf(bytes: Uint8Array): ObjectStore {
  return {
    url: 'memory:',
    list: () => Promise.reject(new Error('nothing to list')),
    get: (_key, _signal, range) => {
      const value = bytes.subarray(range?.start, range?.end);
      return Promise.resolve({ value, requests: 1, bytes: value.byteLength, retries: 0 });
    },
  };
}

let folder: string;
let native: DuckDBConnection;
let planner: Planner;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidelake-groups-'));
  native = await (await DuckDBInstance.create()).connect();
  await native.run("SET TimeZone='UTC'");
  planner = await openPlanner();
  await planner.addLake('lake', schema);
});

afterAll(async () => {
  native.closeSync();
  await rm(folder, { recursive: true });
});

it.each(['V1', 'V2'])(
  'never rules out a row group that holds a matching row (pages of version %s)',
  async (version) => {
    const file = path.join(folder, `${version}.parquet`);
    const list = COLUMNS.map(({ name, sql }) => `${sql} AS ${name}`).join(', ');
    await native.run(
      `COPY (SELECT ${list} FROM (SELECT i, i // ${ROWS_PER_GROUP} AS g FROM range(${ROWS}) t(i)))
     TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE ${ROWS_PER_GROUP}, PARQUET_VERSION ${version})`,
    );
    const footer = parseFooter(new Uint8Array(await readFile(file)), file);
    expect(footer.rowGroups.map((group) => group.rows)).toEqual(Array.from({ length: GROUPS }, () => ROWS_PER_GROUP));
    const casts = COLUMNS.map(({ name, lakeType }) => `${name}::${lakeType} AS ${name}`).join(', ');
    await native.run(
      `CREATE OR REPLACE TABLE lake AS SELECT file_row_number // ${ROWS_PER_GROUP} AS g, ${casts}, NULL::DOUBLE AS absent, 'a' AS station
     FROM read_parquet('${file}', file_row_number=true)`,
    );
    const planned = { footer, schema, partition: { station: 'a' } };
    const bytes = new Uint8Array(await readFile(file));
    const tests = footer.rowGroups.map(({ chunks }) => {
      const read = chunks.flatMap(({ bloomFilter }, leaf) => {
        const element = footer.elements[leaf];
        const test = bloomFilter && element && parseBloomFilter(bytes.subarray(bloomFilter.start), element);
        return test ? [[leaf, test] as const] : [];
      });
      return new Map(read);
    });
    const testsOf = (group: number) => {
      const allowed = worthwhileFilters(planned, group, Infinity, ANY_EQUALITY).map(({ leaf }) => leaf);
      return new Map([...(tests[group] ?? [])].filter(([leaf]) => allowed.includes(leaf)));
    };
    let pruned = 0;
    let prunedByFilters = 0;
    await fc.assert(
      fc.asyncProperty(condition, async (where) => {
        const holding = await native.runAndReadAll(`SELECT DISTINCT g FROM lake WHERE ${where} ORDER BY g`);
        const [scan] = await planner.plan(`SELECT i32 FROM lake WHERE ${where}`);
        const predicate = scan?.where ?? { kind: 'nothing' };
        const kept = matchingRowGroups(planned, predicate);
        pruned += GROUPS - kept.length;
        const held = kept.filter((group) => mayMatchFilters(planned, group, testsOf(group), predicate));
        prunedByFilters += kept.length - held.length;
        expect(held, `${where}\n${sayPredicate(predicate)}`).toEqual(
          expect.arrayContaining(holding.getRows().map(([group]) => Number(group))),
        );
      }),
      { numRuns: Number(process.env['PLANNING_RUNS'] ?? 300), seed: 20251126 },
    );
    expect(pruned).toBeGreaterThan(300);
    expect(prunedByFilters).toBeGreaterThan(5);
  },
);

/** A file whose only row group has a page for each `g`, as arrow-rs writes them: 20,480 rows. */
async function writePages(file: string): Promise<Uint8Array> {
  const rows = 20_480;
  const list = COLUMNS.map(({ name, sql }) => `${sql} AS ${name}`).join(', ');
  const plain = `${file}.plain`;
  await native.run(
    `COPY (SELECT ${list} FROM (SELECT i, i // ${rows} AS g FROM range(${GROUPS * rows}) t(i)))
     TO '${plain}' (FORMAT parquet, ROW_GROUP_SIZE 1000000)`,
  );
  const properties = new WriterPropertiesBuilder()
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setMaxRowGroupSize(1_000_000)
    .build();
  const bytes = writeParquet(readParquet(new Uint8Array(await readFile(plain))), properties);
  await writeFile(file, bytes);
  return bytes;
}

it('never rules out a page that holds a matching row', async () => {
  const file = path.join(folder, 'pages.parquet');
  const bytes = await writePages(file);
  const cache = createFooterCache(1 << 20);
  const key = { key: file, size: bytes.byteLength, etag: '', partition: { station: 'a' } };
  cache.offer(key, bytes);
  const footer = cache.known(key);
  if (!footer) throw new Error('no footer');
  const planned = { footer, schema, partition: { station: 'a' } };
  const offsets = offsetIndexesOf(footer, 0) ?? [];
  const columns = (footer.rowGroups[0]?.chunks ?? []).flatMap(({ columnIndex }, leaf) =>
    columnIndex ? { leaf, span: columnIndex } : [],
  );
  const store = storeOf(bytes);
  const index = await readPageIndexes(store, key, footer, new Map([[0, { offsets, columns }]]), neverAborted).then(
    (indexes) => indexes.get(0),
  );
  if (!index) throw new Error('no index');
  // arrow-rs writes no column index where a page has nothing but NaN.
  expect(index.statistics.size).toBe(COLUMNS.length - 1);
  const spans = stretchesOf(index, GROUPS * 20_480);
  expect(spans.map(({ start }) => start / 20_480)).toEqual([0, 1, 2, 3, 4, 5]);
  const casts = COLUMNS.map(({ name, lakeType }) => `${name}::${lakeType} AS ${name}`).join(', ');
  await native.run(
    `CREATE OR REPLACE TABLE lake AS SELECT file_row_number // 20480 AS g, ${casts}, NULL::DOUBLE AS absent, 'a' AS station
     FROM read_parquet('${file}', file_row_number=true)`,
  );
  let pruned = 0;
  await fc.assert(
    fc.asyncProperty(condition, async (where) => {
      const holding = await native.runAndReadAll(`SELECT DISTINCT g FROM lake WHERE ${where} ORDER BY g`);
      const [scan] = await planner.plan(`SELECT i32 FROM lake WHERE ${where}`);
      const predicate = scan?.where ?? { kind: 'nothing' };
      const found = matchingStretches(planned, 0, index, predicate);
      pruned += found.pruned;
      expect(
        (found.kept ?? spans).map(({ start }) => start / 20_480),
        `${where}\n${sayPredicate(predicate)}`,
      ).toEqual(expect.arrayContaining(holding.getRows().map(([group]) => Number(group))));
    }),
    { numRuns: Number(process.env['PLANNING_RUNS'] ?? 300), seed: 20251128 },
  );
  expect(pruned).toBeGreaterThan(300);
});

it('prunes by each type that has an order', async () => {
  const footer = parseFooter(new Uint8Array(await readFile(path.join(folder, 'V1.parquet'))), 'V1.parquet');
  const groups = async (where: string) => {
    const [scan] = await planner.plan(`SELECT absent FROM lake WHERE ${where}`);
    return matchingRowGroups({ footer, schema, partition: { station: 'a' } }, scan?.where ?? { kind: 'nothing' });
  };
  expect(await groups('i32 = 23')).toEqual([2]);
  expect(await groups('u32 < 4294960100')).toEqual([0]);
  // DuckDB writes no statistics for a row group with NaN in it.
  expect(await groups('f32 < 1')).toEqual([0, 2]);
  // NaN may be in any of them, and is above everything.
  expect(await groups('f32 > 4.5')).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await groups('dec BETWEEN 150 AND 250')).toEqual([2]);
  expect(await groups("ms >= TIMESTAMP '1970-01-05 00:00:00.005'")).toEqual([4, 5]);
  expect(await groups("us < TIMESTAMP '1970-01-01 00:00:00.000001'")).toEqual([0]);
  expect(await groups("d = DATE '1970-01-31'")).toEqual([1]);
  expect(await groups('ok')).toEqual([3, 4, 5]);
  expect(await groups("txt > 'z'")).toEqual([2, 3, 4, 5]);
  expect(await groups('txt IS NULL')).toEqual([0]);
  expect(await groups('gaps > 4000 AND gaps IS NOT NULL')).toEqual([2, 4]);
  expect(await groups("absent > 1 OR station = 'b'")).toEqual([]);
});

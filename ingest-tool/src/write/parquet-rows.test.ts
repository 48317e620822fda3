import { formatFileDescription, type ColumnType } from '@tidelake/lake-format';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import { arrowColumn, isNullable } from './arrow-column';
import { checkParquet, parquetBytes } from './parquet-bytes';
import { readRows } from './parquet-rows';

const column = (name: string, type: ColumnType): RowColumn => ({
  name,
  type,
  role: name === 'time' ? 'time' : 'variable',
  dictionary: type === 'text' ? new StringDictionary() : undefined,
});

const columns = [
  column('time', 'timestamp'),
  column('text', 'text'),
  column('double', 'double'),
  column('float', 'float'),
  column('integer', 'integer'),
  column('bigint', 'bigint'),
  column('boolean', 'boolean'),
];

const nullable = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(arbitrary, { nil: null });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const row = fc.record({
  time: fc.integer({ min: -1e15, max: 4e15 }),
  text: nullable(fc.string({ unit: 'grapheme' })),
  double: nullable(finite),
  float: nullable(fc.float({ noNaN: true, noDefaultInfinity: true })),
  integer: nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  bigint: nullable(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n })),
  boolean: nullable(fc.boolean()),
});
type Row = typeof row extends fc.Arbitrary<infer Value> ? Value : never;

function valuesOf(rows: readonly Row[]): ColumnValues[] {
  const dictionary = columns[1]?.dictionary ?? new StringDictionary();
  return [
    Float64Array.from(rows, ({ time }) => time),
    Int32Array.from(rows, ({ text }) => (text === null ? -1 : dictionary.internText(text))),
    Float64Array.from(rows, ({ double }) => double ?? Number.NaN),
    Float32Array.from(rows, ({ float }) => float ?? Number.NaN),
    Float64Array.from(rows, ({ integer }) => integer ?? Number.NaN),
    BigInt64Array.from(rows, ({ bigint }) => bigint ?? NULL_BIGINT),
    Float64Array.from(rows, ({ boolean }) => (boolean === null ? Number.NaN : Number(boolean))),
  ];
}

const ABOUT = formatFileDescription({
  version: 1,
  tool: 'tidelake',
  station: 'wb2',
  columns: [{ name: 'double', type: 'double', role: 'variable', unit: 'm' }],
});

function fileOf(values: ColumnValues[], count: number): Uint8Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  return parquetBytes(
    columns.map((own, index) => ({
      name: own.name,
      nullable: isNullable(own),
      layout:
        own.type === 'timestamp'
          ? 'delta'
          : own.role === 'variable' && own.type !== 'text' && own.type !== 'boolean' && own.type !== 'bigint'
            ? 'plain'
            : 'dictionary',
      data: arrowColumn(own, values[index] ?? new Float64Array(count), order),
    })),
    ABOUT,
  );
}

describe('Parquet files of the lake', () => {
  it('hold every value and null of every type, for us and for another reader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 50 }), async (rows) => {
        const values = valuesOf(rows);
        const bytes = fileOf(values, rows.length);
        checkParquet(bytes, rows.length);
        const own = readRows(bytes, columns);
        expect(own.values).toEqual(values);
        const read = await parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors });
        expect(
          read.map(({ text, double, float, integer, bigint, boolean }) => ({
            text,
            double,
            float,
            integer,
            bigint,
            boolean,
          })),
        ).toEqual(
          rows.map(({ text, double, float, integer, bigint, boolean }) => ({
            text,
            double,
            float,
            integer,
            bigint,
            boolean,
          })),
        );
      }),
      {
        numRuns: 40,
        examples: [[[{ time: 0, text: null, double: null, float: null, integer: null, bigint: null, boolean: null }]]],
      },
    );
  });

  it('keep times as UTC microseconds, statistics, zstd, and one description', () => {
    const rows: Row[] = Array.from({ length: 130_000 }, (_, index) => ({
      time: 1_706_742_000_000_000 + index,
      text: `ctd-${index % 3}`,
      double: index,
      float: index / 2,
      integer: index,
      bigint: BigInt(index),
      boolean: index % 2 === 0,
    }));
    const bytes = fileOf(valuesOf(rows), rows.length);
    const metadata = parquetMetadata(new Uint8Array(bytes).buffer);
    expect(metadata.row_groups).toHaveLength(2);
    expect(metadata.schema[1]).toMatchObject({
      name: 'time',
      repetition_type: 'REQUIRED',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    });
    expect(metadata.key_value_metadata?.filter(({ key }) => key !== 'ARROW:schema')).toEqual([
      { key: 'tidelake', value: ABOUT },
    ]);
    for (const { columns: chunks } of metadata.row_groups) {
      for (const { meta_data, column_index_offset } of chunks) {
        expect(meta_data?.codec).toBe('ZSTD');
        expect(meta_data?.statistics?.min_value, meta_data?.path_in_schema.join()).toBeDefined();
        expect(column_index_offset).toBeDefined();
      }
    }
    expect(readRows(bytes, columns).count).toBe(130_000);
  });

  it('have the same bytes every time', () => {
    const rows = fc.sample(row, { numRuns: 500, seed: 3 });
    const values = valuesOf(rows);
    const first = Buffer.from(fileOf(values, rows.length));
    for (let again = 0; again < 10; again++) expect(first.equals(fileOf(values, rows.length))).toBe(true);
  });

  it('describe columns that the reader does not know', () => {
    const rows = fc.sample(row, { numRuns: 3, seed: 1 });
    const read = readRows(fileOf(valuesOf(rows), 3), []);
    expect(read.columns.find(({ name }) => name === 'double')).toMatchObject({ unit: 'm', role: 'variable' });
    expect(read.columns.find(({ name }) => name === 'text')).toMatchObject({ type: 'text', role: 'about' });
  });

  it('are refused where they are cut short', () => {
    const bytes = fileOf(valuesOf(fc.sample(row, { numRuns: 3, seed: 1 })), 3);
    expect(() => checkParquet(bytes.subarray(0, -1), 3)).toThrow();
    expect(() => checkParquet(bytes, 4)).toThrow('rows');
    expect(() => readRows(bytes.subarray(0, 100), columns)).toThrow();
  });
});

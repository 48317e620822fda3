import { beforeAll, describe, expect, it } from 'vitest';
import { openNodeDatabase } from '../../test/support/node-duckdb';
import type { Engine } from './engine';
import { createEngine } from './engine';
import type { ResultColumn } from './protocol';
import { decodeResult } from './result';

let engine: Engine;

beforeAll(async () => {
  engine = await createEngine(await openNodeDatabase());
});

const run = (sql: string) => engine.run({ sql, start: 0, kind: 'reads' }, new AbortController().signal);

/** The only column of an answer, with null for SQL NULL. */
async function valuesOf(sql: string): Promise<{ kind: string; sqlType: string; values: unknown[] }> {
  const [column] = decodeResult(await run(sql));
  if (!column) throw new Error('no column');
  const values = Array.from<unknown, unknown>(column.values, (value, row) =>
    column.valid && !column.valid[row] ? null : value,
  );
  return { kind: column.kind, sqlType: column.sqlType, values };
}

describe('decodeResult', () => {
  it.each([
    ['1::TINYINT', 'number', 'TINYINT', 1],
    ['(-32768)::SMALLINT', 'number', 'SMALLINT', -32768],
    ['2147483647', 'number', 'INTEGER', 2147483647],
    ['255::UTINYINT', 'number', 'UTINYINT', 255],
    ['4294967295::UINTEGER', 'number', 'UINTEGER', 4294967295],
    ['9007199254740991::BIGINT', 'number', 'BIGINT', 9007199254740991],
    ['9007199254740993::BIGINT', 'bigint', 'BIGINT', 9007199254740993n],
    ['(-9223372036854775808)::BIGINT', 'bigint', 'BIGINT', -9223372036854775808n],
    ['18446744073709551615::UBIGINT', 'text', 'UBIGINT', '18446744073709551615'],
    ['sum(x) FROM (VALUES (1), (2)) t(x)', 'number', 'HUGEINT', 3],
    ['(-12345678901234567890)::HUGEINT', 'text', 'HUGEINT', '-12345678901234567890'],
    ['1.5::DECIMAL(9,2)', 'number', 'DECIMAL(9,2)', 1.5],
    ['(-0.07)::DECIMAL(18,3)', 'number', 'DECIMAL(18,3)', -0.07],
    ['12345678901234567890.25::DECIMAL(38,2)', 'number', 'DECIMAL(38,2)', 12345678901234567890.25],
    ['0.1::DOUBLE', 'number', 'DOUBLE', 0.1],
    ["'NaN'::DOUBLE", 'number', 'DOUBLE', NaN],
    ["'-inf'::DOUBLE", 'number', 'DOUBLE', -Infinity],
    ['-0.0::DOUBLE', 'number', 'DOUBLE', -0],
    ['0.5::FLOAT', 'number', 'FLOAT', 0.5],
    ['true', 'boolean', 'BOOLEAN', 1],
    ["'å 日本'", 'text', 'VARCHAR', 'å 日本'],
    ["'b'::ENUM('a','b')", 'text', 'ENUM', 'b'],
    ["'\\x0A\\xFF'::BLOB", 'text', 'BLOB', '\\x0aff'],
    ["TIMESTAMP '2025-11-24 12:30:45.123456'", 'timestamp', 'TIMESTAMP', Date.UTC(2025, 10, 24, 12, 30, 45) + 123.456],
    ["TIMESTAMP '1969-12-31 23:59:59.999'", 'timestamp', 'TIMESTAMP', -1],
    ["'2025-01-01 00:00:01'::TIMESTAMP_S", 'timestamp', 'TIMESTAMP_S', Date.UTC(2025, 0, 1, 0, 0, 1)],
    ["'2025-01-01 00:00:01.5'::TIMESTAMP_MS", 'timestamp', 'TIMESTAMP_MS', Date.UTC(2025, 0, 1, 0, 0, 1, 500)],
    ["'2025-01-01 00:00:01.5'::TIMESTAMP_NS", 'timestamp', 'TIMESTAMP_NS', Date.UTC(2025, 0, 1, 0, 0, 1, 500)],
    ["'2025-01-01 00:00:00+02'::TIMESTAMPTZ", 'timestamp', 'TIMESTAMP WITH TIME ZONE', Date.UTC(2024, 11, 31, 22)],
    ["'infinity'::TIMESTAMP", 'timestamp', 'TIMESTAMP', Infinity],
    ["'-infinity'::TIMESTAMP", 'timestamp', 'TIMESTAMP', -Infinity],
    ["DATE '2025-03-30'", 'date', 'DATE', Date.UTC(2025, 2, 30)],
    ["DATE '0044-03-15'", 'date', 'DATE', new Date('0044-03-15T00:00:00Z').getTime()],
    ["'infinity'::DATE", 'date', 'DATE', Infinity],
    ["TIME '12:30:05.25'", 'text', 'TIME', '12:30:05.25'],
    ['INTERVAL 14 MONTH', 'text', 'INTERVAL', '1 year 2 months'],
    ["INTERVAL '3 days 04:05:06.5'", 'text', 'INTERVAL', '3 days 04:05:06.5'],
    ['-INTERVAL 1 DAY', 'text', 'INTERVAL', '-1 day'],
    ['INTERVAL 0 DAY', 'text', 'INTERVAL', '00:00:00'],
    ['[1, NULL, 3]', 'text', 'INTEGER[]', '[1,null,3]'],
    [
      "{'a': 1, 'b': TIMESTAMP '2025-01-01'}",
      'text',
      'STRUCT("a" INTEGER, "b" TIMESTAMP)',
      '{"a":1,"b":"2025-01-01T00:00:00.000Z"}',
    ],
    ["MAP {'k': 1.5::DECIMAL(4,1)}", 'text', 'MAP(VARCHAR, DECIMAL(4,1))', '{"k":1.5}'],
    [
      "[{'x': 'NaN'::DOUBLE, 'y': 9007199254740993}]",
      'text',
      'STRUCT("x" DOUBLE, "y" BIGINT)[]',
      '[{"x":"NaN","y":"9007199254740993"}]',
    ],
    ["[DATE '2025-01-02']", 'text', 'DATE[]', '["2025-01-02"]'],
  ])('decodes %s', async (expression, kind, sqlType, value) => {
    expect(await valuesOf(`SELECT ${expression}`)).toEqual({ kind, sqlType, values: [value] });
  });

  it('marks nulls of every kind', async () => {
    const types = [
      'INTEGER',
      'BIGINT',
      'DOUBLE',
      'VARCHAR',
      'BOOLEAN',
      'TIMESTAMP',
      'DATE',
      'TIME',
      'INTERVAL',
      'HUGEINT',
    ];
    for (const type of [...types, 'DECIMAL(9,2)', 'BLOB', 'INTEGER[]', 'STRUCT(a INTEGER)']) {
      const { values } = await valuesOf(`SELECT NULL::${type} AS x UNION ALL SELECT NULL::${type}`);
      expect(values, type).toEqual([null, null]);
    }
    expect((await valuesOf('SELECT NULL')).values).toEqual([null]);
    const some = await valuesOf('SELECT CASE WHEN i % 3 = 0 THEN i END FROM range(7) t(i)');
    expect(some.values).toEqual([0, null, null, 3, null, null, 6]);
  });

  it('leaves the validity out where there is no null', async () => {
    const [column] = decodeResult(await run('SELECT i FROM range(5) t(i)'));
    expect(column && 'valid' in column).toBe(false);
  });

  it('decodes answers of many batches in order', async () => {
    const sql = `SELECT i::INTEGER AS a, 'v' || i AS b, TIMESTAMP '2025-01-01' + INTERVAL (i) SECOND AS c, i % 2 = 0 AS d
      FROM range(10000) t(i)`;
    const columns = decodeResult(await run(sql));
    const at = (name: string): ResultColumn['values'] => {
      const column = columns.find((candidate) => candidate.name === name);
      if (!column) throw new Error(name);
      return column.values;
    };
    expect(at('a')).toEqual(Float64Array.from({ length: 10000 }, (_, i) => i));
    expect(at('b')[9999]).toBe('v9999');
    expect(at('c')[9999]).toBe(Date.UTC(2025, 0, 1) + 9_999_000);
    expect([...at('d').slice(4094, 4098)]).toEqual([1, 0, 1, 0]);
  });

  it('keeps the schema of an empty answer', async () => {
    const columns = decodeResult(await run("SELECT 1 AS a, 'x' AS b, now()::TIMESTAMP AS c WHERE false"));
    expect(columns.map(({ name, kind, sqlType, values }) => [name, kind, sqlType, values.length])).toEqual([
      ['a', 'number', 'INTEGER', 0],
      ['b', 'text', 'VARCHAR', 0],
      ['c', 'timestamp', 'TIMESTAMP', 0],
    ]);
  });

  it('keeps columns of one name apart', async () => {
    const columns = decodeResult(await run("SELECT count(*) AS a, 'x' AS a, TIMESTAMP '2025-01-01' AS a"));
    expect(columns.map(({ name, values }) => [name, values[0]])).toEqual([
      ['a', 1],
      ['a', 'x'],
      ['a', Date.UTC(2025, 0, 1)],
    ]);
  });
});

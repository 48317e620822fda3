import { beforeAll, describe, expect, it } from 'vitest';
import { openNodeDatabase } from '../../test/support/node-duckdb';
import type { EngineDatabase } from './engine';
import { readTokens } from './script-tokens';
import { findTableSources } from './table-source';

let database: EngineDatabase;

beforeAll(async () => {
  database = await openNodeDatabase();
});

const find = async (sql: string) =>
  findTableSources(readTokens(sql, await database.tokenize(sql))).map(({ start, end, ...source }) => ({
    ...source,
    text: sql.slice(start, end),
  }));

describe('findTableSources', () => {
  it.each<[string, string[]]>([
    ["SELECT * FROM 's3://b/*.parquet' -- 'c.parquet'\n WHERE a = 'd.parquet'", ["'s3://b/*.parquet'"]],
    [
      "FROM 'ä/a.parquet' x, 'b.parquet?region=r' y JOIN 'c.PARQUET' z ON x.a = z.a, 'd.parquet'",
      ["'ä/a.parquet'", "'b.parquet?region=r'", "'c.PARQUET'", "'d.parquet'"],
    ],
    ["SELECT 'a.parquet', x FROM t WHERE f IN ('a.parquet', 'b.parquet') ORDER BY 1, 'c.parquet'", []],
    ["SELECT extract(year FROM t), a IS DISTINCT FROM 'a.parquet' FROM (SELECT 1, 'b.parquet') u", []],
    [
      "SELECT (SELECT count(*) FROM 'a.parquet') FROM (FROM 'b.parquet'), (VALUES ('c.parquet'))",
      ["'a.parquet'", "'b.parquet'"],
    ],
    ["SUMMARIZE 'a.parquet'; DESCRIBE 'b.parquet'", ["'a.parquet'", "'b.parquet'"]],
    ["FROM 'a.csv', 'b.parquet.gz'", []],
    ["SELECT 'read_parquet(''x'')', \"read_parquet\" FROM t", []],
    [
      "SELECT * FROM Read_Parquet ( ['a.parquet', 'b'], union_by_name = true ) t, parquet_scan('c')",
      ["Read_Parquet ( ['a.parquet', 'b'], union_by_name = true )", "parquet_scan('c')"],
    ],
  ])('finds what is read in %s', async (sql, texts) => {
    expect((await find(sql)).map(({ text }) => text)).toEqual(texts);
  });

  it('reads addresses and options', async () => {
    const [source] = await find(
      `FROM read_parquet(['it''s', /* , */ 'b'], hive_partitioning := 1, "hive_types" = {'y': bigint, s: 'varchar'},
        hive_types_autocast => false, filename = 'origin', union_by_name = 'true')`,
    );
    expect(source).toMatchObject({
      addresses: ["it's", 'b'],
      options: {
        hivePartitioning: true,
        hiveTypes: { y: 'BIGINT', s: 'VARCHAR' },
        hiveAutocast: false,
        filename: 'origin',
      },
    });
    const [bare] = await find(`FROM 'x.parquet'`);
    const defaults = { hivePartitioning: 'auto', hiveTypes: {}, hiveAutocast: true, filename: null };
    expect(bare).toMatchObject({ addresses: ['x.parquet'], options: defaults });
    expect(await find(`FROM read_parquet('x', filename = false, hive_partitioning = auto)`)).toMatchObject([
      { options: defaults },
    ]);
    expect(await find(`FROM read_parquet('x', filename = true)`)).toMatchObject([
      { options: { filename: 'filename' } },
    ]);
  });

  it.each([
    ["FROM read_parquet('a' || 'b')", "'a'"],
    ['FROM read_parquet(x)', 'x'],
    ["FROM read_parquet(['a', x])", 'x'],
    ["FROM read_parquet(E'a\\n')", "E'a"],
    ["FROM read_parquet('a', 'b')", "'b'"],
    ["FROM read_parquet('a', file_row_number = true)", 'file_row'],
    ["FROM read_parquet('a', encryption_config = {a: 'b'})", 'encryption'],
    ["FROM read_parquet('a', hive_partitioning = maybe)", 'hive'],
    ["FROM read_parquet('a', hive_types = 5)", 'hive'],
    ["FROM read_parquet('a'", 'read_parquet'],
    ['FROM read_parquet()', 'read_parquet'],
  ])('refuses %s at its place', async (sql, place) => {
    await expect(find(sql)).rejects.toMatchObject({ code: 'unsupported', position: sql.indexOf(place) });
  });
});

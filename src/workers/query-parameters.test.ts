import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openNodeDatabase } from '../../test/support/node-duckdb';
import type { EngineConnection, EngineDatabase } from './engine';
import { bindParameters } from './query-parameters';
import type { QueryParameters } from './query-parameters';
import { readTokens } from './script-tokens';
import { applyEdits } from './text-edits';

let database: EngineDatabase;
let connection: EngineConnection;

beforeAll(async () => {
  database = await openNodeDatabase();
  connection = await database.connect();
});

const bind = async (sql: string, parameters?: QueryParameters) =>
  applyEdits(sql, bindParameters(readTokens(sql, await database.tokenize(sql)), parameters));

async function ask(sql: string, parameters?: QueryParameters): Promise<unknown[]> {
  const table = await connection.query(await bind(sql, parameters));
  return Object.values(table.get(0)?.toJSON() ?? {});
}

describe('bindParameters', () => {
  it('finds names, numbers and signs, and none in texts, names and comments', async () => {
    expect(await bind(`SELECT $a, '$a ?', "?", $a::INT -- $b ?\n /* ? */, $$ ? $$`, { a: 1 })).toBe(
      `SELECT  (1) , '$a ?', "?",  (1) ::INT -- $b ?\n /* ? */, $$ ? $$`,
    );
    expect(await ask('SELECT ?, ? + $1', [1, 2])).toEqual([1, 3]);
    expect(await ask('SELECT $from, $to', { from: 'a', to: 'b' })).toEqual(['a', 'b']);
  });

  it('keeps values as they are', async () => {
    const values = ["it's; DROP TABLE x --", '', 'ä🌊\n', 0.1, -7, 1e300, true, false, null, 2n ** 70n, -0];
    expect(await ask(`SELECT ${values.map(() => '?').join(', ')}`, values)).toMatchObject(
      values.map((value) => (typeof value === 'bigint' ? expect.anything() : value)),
    );
    expect(await ask('SELECT isnan(?), isinf($b), 5 -$c, 5-$c::INT', { 1: NaN, b: -Infinity, c: -3 })).toEqual([
      true,
      true,
      8,
      8,
    ]);
    expect(
      await ask(`SELECT ? = TIMESTAMP '2025-11-24 12:00:00.5', list_contains(?, 2), TIMESTAMP '2025-01-01' < ?`, [
        new Date('2025-11-24T12:00:00.500Z'),
        [1, 2],
        '2025-02-01',
      ]),
    ).toEqual([true, true, true]);
  });

  it('writes any text so that native DuckDB reads it as it was', async () => {
    const native = await (await DuckDBInstance.create()).connect();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const isWritable = !text.includes('\0') && !/\p{Surrogate}/u.test(text);
        fc.pre(isWritable);
        const rows = (await native.runAndReadAll(await bind('SELECT ? AS a', [text]))).getRows();
        expect(rows).toEqual([[text]]);
      }),
      { numRuns: 300 },
    );
    native.closeSync();
  });

  it.each<[string, QueryParameters | undefined, object]>([
    ['SELECT ?', undefined, { position: 7 }],
    ['SELECT ?, ?', [1], { position: 10 }],
    ['SELECT $a', { b: 1 }, { message: expect.stringContaining('$b') }],
    ['SELECT 1', [1], { message: expect.stringContaining('$1') }],
    ['SELECT $a', { a: 'x\0' }, {}],
    ['SELECT $a', { a: new Date(NaN) }, {}],
  ])('refuses %s with %j', async (sql, parameters, error) => {
    await expect(bind(sql, parameters)).rejects.toMatchObject({ code: 'bad-sql', ...error });
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { openNodeDatabase } from '../../test/support/node-duckdb';
import type { EngineDatabase } from './engine';
import { readTokens } from './script-tokens';
import { splitStatements } from './statement';

let database: EngineDatabase;

beforeAll(async () => {
  database = await openNodeDatabase();
});

const split = async (script: string) => splitStatements(script, readTokens(script, await database.tokenize(script)));

describe('splitStatements', () => {
  it('splits at semicolons outside of texts, names and comments, and counts characters', async () => {
    const script = `SELECT 'ä;b', "c;d" -- e;f\n; /* g;h */ FROM lake;;\n  describe lake`;
    expect(await split(script)).toEqual([
      { sql: `SELECT 'ä;b', "c;d" -- e;f\n`, start: 0, kind: 'reads' },
      { sql: 'FROM lake', start: script.indexOf('FROM'), kind: 'reads' },
      { sql: 'describe lake', start: script.indexOf('describe'), kind: 'describes' },
    ]);
  });

  it('takes every form of a query, and tables of the user', async () => {
    for (const sql of ['(SELECT 1)', 'WITH a AS (SELECT 1) FROM a', 'values (1)', 'SUMMARIZE lake']) {
      expect((await split(sql))[0]?.kind, sql).toBe('reads');
    }
    for (const sql of ['CREATE TABLE t (a INT)', 'drop table t']) {
      expect((await split(sql))[0]?.kind, sql).toBe('changes');
    }
  });

  it('refuses what reaches beyond the lake, at its place', async () => {
    for (const sql of [
      "COPY lake TO 'x'",
      "attach 'x'",
      'INSTALL icu',
      'SET threads = 2',
      'PRAGMA version',
      'USE plan',
      'BEGIN',
    ]) {
      await expect(split(`SELECT 1; ${sql}`), sql).rejects.toMatchObject({ code: 'unsupported', position: 10 });
    }
  });

  it('finds no statement in blanks and comments', async () => {
    for (const sql of ['', ' ;; ', '-- SELECT 1']) await expect(split(sql)).rejects.toMatchObject({ code: 'bad-sql' });
  });
});

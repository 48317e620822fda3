import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openNodeDatabase } from '../../test/support/node-duckdb';
import { startNodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';
import type { EngineDatabase } from './engine';

const DAYS = 4;
const ROWS = 20_000;

let native: DuckDBConnection;
let root: string;
let server: TestServer;

beforeAll(async () => {
  native = await (await DuckDBInstance.create()).connect();
});

afterAll(() => native.closeSync());

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-recovery-'));
  for (let day = 1; day <= DAYS; day++) await write(day, `SELECT i AS a, hash(i) / 1e9 AS b FROM range(${ROWS}) t(i)`);
  server = await startTestServer({ lake: root });
  return async () => {
    await server.close();
    await rm(root, { recursive: true });
  };
});

const fileOf = (day: number) => path.join(root, `day=${day}`, 'a.parquet');

async function write(day: number, select: string): Promise<void> {
  await mkdir(path.dirname(fileOf(day)), { recursive: true });
  await native.run(`COPY (${select}) TO '${fileOf(day)}' (FORMAT parquet, ROW_GROUP_SIZE 8192)`);
}

/** The days whose files were asked for since the last time. */
function daysFetched(): number[] {
  const paths = server.lakeRequests().map(({ path: requested }) => /day=(\d)\/a\.parquet/.exec(requested)?.[1]);
  server.forget();
  return paths.flatMap((day) => (day === undefined ? [] : Number(day))).sort();
}

const sum = (where: string) => `SELECT sum(a)::DOUBLE AS s FROM lake WHERE ${where}`;
const SUM = (ROWS * (ROWS - 1)) / 2;

describe('a session beyond its memory budget', () => {
  it('gives up what was not used for longest, and loads it again when it is asked for', async () => {
    // Room for two days of one column, and no room for fetched bytes.
    const session = startNodeSession({ budgets: { cache: 0, footers: 0, resident: 2.5 * ROWS * 8 } });
    await session.open(server.lakeUrl);
    daysFetched();
    const ask = async (where: string) => (await session.query(sum(where))).rows[0]?.['s'];
    for (const day of [1, 2, 1, 3]) expect(await ask(`day = ${day}`)).toBe(SUM);
    expect(daysFetched()).toEqual([1, 2, 3]);
    expect(await ask('day = 1')).toBe(SUM);
    expect(daysFetched()).toEqual([]);
    expect(await ask('day = 2')).toBe(SUM);
    expect(daysFetched()).toEqual([2]);
    // A query that needs more than the budget gets it, and no row counts twice.
    expect(await ask('day >= 1')).toBe(DAYS * SUM);
    expect(await ask('day >= 1')).toBe(DAYS * SUM);
  });
});

describe('a session whose engine runs out of memory', () => {
  it('says so with advice, keeps the tables of the user, and answers the next query', async () => {
    const session = startNodeSession({
      openDatabase: async () => {
        const database = await openNodeDatabase();
        const connection = await database.connect();
        await connection.query("SET memory_limit='24MB'");
        await connection.close();
        return database;
      },
    });
    await session.open(server.lakeUrl);
    await session.query('CREATE TABLE mine AS SELECT 7 AS seven');
    await expect(
      session.query('SELECT count(*) FROM (SELECT DISTINCT a, range FROM lake, range(200))'),
    ).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringMatching(/^The engine’s memory is used up: [^\n]+$/),
      advice: expect.stringContaining('fewer columns'),
    });
    expect((await session.query(sum('day = 2'))).rows).toEqual([{ s: SUM }]);
    expect((await session.query('SELECT seven FROM mine')).rows).toEqual([{ seven: 7 }]);
  });

  it('starts another engine where WebAssembly itself was refused memory', async () => {
    const { session, engines, breakNext } = startBreakable();
    await session.open(server.lakeUrl);
    breakNext('abort(OOM). Build with -sASSERTIONS for more info.');
    await expect(session.query(sum('day = 1'))).rejects.toMatchObject({ code: 'out-of-memory' });
    expect((await session.query(sum('day = 1'))).rows).toEqual([{ s: SUM }]);
    expect(engines()).toBe(2);
  });
});

describe('a session whose engine breaks', () => {
  it('fails the query and answers the next one with another engine, from what was fetched before', async () => {
    const { session, engines, breakNext } = startBreakable();
    await session.open(server.lakeUrl);
    expect((await session.query(sum('day = 1'))).rows).toEqual([{ s: SUM }]);
    breakNext('memory access out of bounds');
    await expect(session.query(sum('day IN (1, 2)'))).rejects.toMatchObject({
      code: 'unexpected',
      advice: expect.stringContaining('restarts'),
    });
    expect(engines()).toBe(1);
    const answers = await Promise.all([session.query(sum('day IN (1, 2)')), session.query(sum('day = 3'))]);
    expect(answers.map(({ rows }) => rows[0]?.['s'])).toEqual([2 * SUM, SUM]);
    expect(engines()).toBe(2);
  });

  it('answers with another engine where the first one fell over while it was asked nothing', async () => {
    const { session, engines, fallOver } = startBreakable();
    await session.open(server.lakeUrl);
    await session.query('CREATE TABLE mine AS SELECT 7 AS seven');
    await fallOver();
    expect((await session.query('SELECT seven FROM mine')).rows).toEqual([{ seven: 7 }]);
    expect(engines()).toBe(2);
  });

  it('makes the tables and views of the user again in the other engine, and in that only once', async () => {
    const { session, engines, breakNext } = startBreakable();
    await session.open(server.lakeUrl);
    await session.query('CREATE TABLE mine AS SELECT sum(a)::DOUBLE AS s FROM lake WHERE day = 1');
    await session.query('INSERT INTO mine VALUES (7); CREATE VIEW half AS SELECT s / 2 AS h FROM mine');
    await expect(session.query('INSERT INTO mine SELECT nothing FROM lake')).rejects.toMatchObject({ code: 'bad-sql' });
    breakNext('memory access out of bounds');
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'unexpected' });
    const ask = () => session.query('SELECT h FROM half ORDER BY h');
    const answers = await Promise.all([ask(), ask()]);
    for (const { rows } of answers) expect(rows).toEqual([{ h: 3.5 }, { h: SUM / 2 }]);
    expect(engines()).toBe(2);
  });

  it('says which tables a restart has cost where the lake they were made from is not open any more', async () => {
    const { session, breakNext } = startBreakable();
    await session.open(server.lakeUrl);
    await session.query('CREATE TABLE mine AS SELECT count(*) AS n FROM lake');
    await session.open(server.lakeUrl);
    expect((await session.query('SELECT n FROM mine')).rows).toEqual([{ n: DAYS * ROWS }]);
    breakNext('memory access out of bounds');
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'unexpected' });
    await expect(session.query('SELECT n FROM mine')).rejects.toMatchObject({
      code: 'bad-sql',
      advice: expect.stringContaining('make them again'),
    });
    expect((await session.query(sum('day = 1'))).rows).toEqual([{ s: SUM }]);
  });

  it('gives up tables that break every engine', async () => {
    const { session, engines, breakNext } = startBreakable();
    await session.open(server.lakeUrl);
    await session.query('CREATE TABLE mine AS SELECT 1 AS one');
    breakNext('memory access out of bounds');
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'unexpected' });
    breakNext('memory access out of bounds', /CREATE TABLE mine/);
    expect((await session.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
    expect(engines()).toBe(3);
    await expect(session.query('SELECT one FROM mine')).rejects.toMatchObject({
      advice: expect.stringContaining('make them again'),
    });
  });

  it('tries again with the next query where an engine could not start', async () => {
    let starts = 0;
    const session = startNodeSession({
      openDatabase: () => (++starts === 1 ? Promise.reject(new Error('no WebAssembly today')) : openNodeDatabase()),
    });
    await session.open(server.lakeUrl);
    await expect(session.query('SELECT 1 AS a')).resolves.toMatchObject({ rows: [{ a: 1 }] });
    expect(starts).toBe(2);
  });
});

it('fetches a file again that was damaged, and no other one', async () => {
  const damaged = await readFile(fileOf(1));
  await writeFile(fileOf(1), Buffer.concat([Buffer.from('XXXX'), damaged.subarray(4)]));
  const session = startNodeSession();
  await session.open(server.lakeUrl);
  expect((await session.query(sum('day = 2 AND a >= 0'))).rows).toEqual([{ s: SUM }]);
  const ask = () => session.query(sum('day = 1 AND a >= 0'));
  await expect(ask()).rejects.toMatchObject({
    code: 'not-parquet',
    message: expect.stringContaining('day=1/a.parquet'),
  });
  daysFetched();
  // Further columns of what is resident come from the bytes that are kept.
  await session.query('SELECT max(b + 0) FROM lake WHERE day = 2');
  expect(daysFetched()).toEqual([]);
  await expect(ask()).rejects.toMatchObject({ code: 'not-parquet' });
  expect(daysFetched()).toEqual([1]);
});

describe('a large file', () => {
  const large = `SELECT i AS a, hash(i) / 1e9 AS b, hash(i * 7) AS c FROM range(120000) t(i)`;

  it('that is replaced while it is read is not read half and half', async () => {
    await write(1, large);
    const session = startNodeSession();
    await session.open(server.lakeUrl);
    await session.query('SELECT max(b) FROM lake WHERE day = 1');
    await write(1, large.replace('i AS a', '-i AS a'));
    await expect(session.query(sum('day = 1'))).rejects.toMatchObject({
      code: 'truncated',
      message: 'day=1/a.parquet was replaced while it was being read.',
    });
    await session.open(server.lakeUrl);
    expect((await session.query(sum('day = 1'))).rows).toEqual([{ s: (-120000 * 119999) / 2 }]);
  });

  it('that is cut off, or not Parquet, or has no readable footer is named', async () => {
    await write(1, large);
    const whole = await readFile(fileOf(1));
    const session = startNodeSession();
    for (const [bytes, code] of [
      [whole.subarray(0, whole.length - 100_000), 'truncated'],
      [Buffer.alloc(2 << 20, 'x'), 'truncated'],
      [Buffer.concat([whole.subarray(0, -8), Buffer.from([255, 255, 255, 255]), Buffer.from('PAR1')]), 'not-parquet'],
    ] as const) {
      await writeFile(fileOf(1), bytes);
      await session.open(server.lakeUrl);
      await expect(session.query(sum('day = 1'))).rejects.toMatchObject({
        code,
        message: expect.stringContaining('day=1/a.parquet'),
      });
      expect((await session.query(sum('day = 2'))).rows).toEqual([{ s: SUM }]);
    }
  });
});

/** A session over the real engine that breaks, once told to, with its next statement. */
function startBreakable() {
  let engines = 0;
  let failure: string | undefined;
  let victim = /./;
  let stop: () => void;
  const openDatabase = async (): Promise<EngineDatabase> => {
    engines++;
    const database = await openNodeDatabase();
    return {
      ...database,
      stopped: new Promise<never>((_, reject) => (stop = () => reject(new Error('fell over')))),
      async connect() {
        const connection = await database.connect();
        return {
          ...connection,
          query: (sql) => (breaks(sql) ? fail() : connection.query(sql)),
          send: (sql, allowStreamResult) => (breaks(sql) ? fail() : connection.send(sql, allowStreamResult)),
        };
      },
    };
  };
  const breaks = (sql: string) => failure !== undefined && victim.test(sql);
  // A broken engine answers nothing any more; the one after it is whole.
  function fail(): Promise<never> {
    const message = failure ?? '';
    failure = undefined;
    return Promise.reject(new WebAssembly.RuntimeError(message));
  }
  const session = startNodeSession({ openDatabase });
  return {
    session,
    engines: () => engines,
    /** As an event of the engine's worker tells it, once the session has heard of it. */
    async fallOver() {
      stop();
      await new Promise((resolve) => setTimeout(resolve));
    },
    breakNext: (message: string, statement = /./) => {
      failure = message;
      victim = statement;
    },
  };
}

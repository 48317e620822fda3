import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';
import { ASK_ABOVE_BYTES } from '../lake/consent';

const FILES = 9;

let root: string;
let server: TestServer;
let session: NodeSession;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-estimate-'));
  const native = await (await DuckDBInstance.create()).connect();
  for (let day = 1; day <= FILES; day++) {
    await mkdir(path.join(root, `day=${day}`));
    // 8 MB that no codec makes smaller, and a column of a few hundred kB.
    await native.run(
      `COPY (SELECT hash(i + ${day}) AS large, (hash(i) % 200)::UTINYINT AS small FROM range(1000000) t(i))
       TO '${root}/day=${day}/a.parquet' (FORMAT parquet, ROW_GROUP_SIZE 122880)`,
    );
  }
  native.closeSync();
  server = await startTestServer({ lake: root });
  session = startNodeSession();
  await session.open(server.lakeUrl);
});

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

it('tells from a few footers how much of many large files is needed', async () => {
  const sql = 'SELECT sum(small) AS m FROM lake WHERE day > 0';
  const most = await session.estimate(sql);
  expect(most.bytes).toBeGreaterThan(ASK_ABOVE_BYTES);
  expect(most.scans).toEqual([
    {
      table: 'lake',
      columns: ['small', 'day'],
      where: 'day > 0',
      filesInLake: FILES,
      filesMatched: FILES,
      pruned: { folders: 0, manifest: 0 },
    },
  ]);
  server.forget();
  const likely = await session.estimateSampled(sql);
  expect(server.lakeRequests().length).toBeLessThan(FILES);
  const { receipt } = await session.query(sql);
  expect(likely).toMatchObject({ files: FILES });
  expect(likely.bytes / receipt.bytes).toBeGreaterThan(0.7);
  expect(likely.bytes / receipt.bytes).toBeLessThan(1.3);
  expect(Math.abs(likely.requests - receipt.requests.get)).toBeLessThan(FILES);
  // What is here by now costs nothing.
  expect(await session.estimateSampled(sql)).toMatchObject({ files: 0, bytes: 0, requests: 0 });
});

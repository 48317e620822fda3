import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  faultAlways,
  faultsAtRandom,
  startFaultServer,
  type Fault,
  type FaultPlan,
} from '../../test/support/fault-server';
import type { LatencyServer, LoggedRequest } from '../../test/support/latency-server';
import { startNodeSession } from '../../test/support/node-session';
import { createFolderStore } from '../../test/support/served-store';

/** A large file in ten row groups, and three small ones. */
const ROWS = [200_000, 500, 500, 500];
/** No statistics tell the answer. */
const SQL =
  'SELECT day, count(*)::INTEGER AS n, max(v + 0) AS m, min(w + 0) AS w FROM lake WHERE v >= 0 GROUP BY day ORDER BY day';

let root: string;
let server: LatencyServer | undefined;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-faults-'));
  const native = await (await DuckDBInstance.create()).connect();
  for (const [day, rows] of ROWS.entries()) {
    await mkdir(path.join(root, `day=${day}`));
    await native.run(
      `COPY (SELECT i AS v, hash(i) AS unused, hash(i + 1) AS unused_too, i + 7 AS w FROM range(${rows}) t(i))
       TO '${root}/day=${day}/a.parquet' (FORMAT parquet, ROW_GROUP_SIZE 20480)`,
    );
  }
  native.closeSync();
});

afterEach(async () => {
  await server?.close();
});

afterAll(() => rm(root, { recursive: true }));

async function openOver(plan: FaultPlan) {
  server = await startFaultServer({ buckets: { lake: createFolderStore(root) }, plan });
  const session = startNodeSession();
  await session.open(`${server.url}lake/`);
  return session;
}

const truth = ROWS.map((rows, day) => ({ day, n: rows, m: rows - 1, w: 7 }));
const isFile = ({ key }: LoggedRequest) => key.endsWith('.parquet');
const isColumnChunk = ({ range }: LoggedRequest) =>
  Number(/^bytes=(\d+)/.exec(range ?? '')?.[1] ?? Infinity) < 2_000_000;

describe('a session over a store that fails', () => {
  it.each([1, 2, 3])('answers right where requests fail by chance (seed %i)', async (seed) => {
    const faults: Fault[] = [
      { kind: 'status', status: 503 },
      { kind: 'status', status: 429, retryAfter: 0 },
      { kind: 'status', status: 500 },
      { kind: 'reset', afterBytes: 300 },
      { kind: 'wrong-length', missing: 9 },
      { kind: 'trickle', pieceBytes: 20_000, pauseMs: 1 },
    ];
    const session = await openOver(faultsAtRandom(seed, 0.3, faults, isFile));
    const { rows, receipt } = await session.query(SQL);
    expect(rows).toEqual(truth);
    expect(receipt.retries).toBeGreaterThan(0);
  });

  it('keeps no bytes that came damaged, of whichever file', async () => {
    let isGarbled = true;
    const garble = faultAlways({ kind: 'garbled' }, (request) => isFile(request) && !request.key.startsWith('day=0'));
    const session = await openOver((request) => (isGarbled ? garble(request) : undefined));
    const small = SQL.replace('v >= 0', 'v >= 0 AND day > 0');
    await expect(session.query(small)).rejects.toMatchObject({ code: 'not-parquet' });
    isGarbled = false;
    expect((await session.query(small)).rows).toEqual(truth.slice(1));
  });

  it.each<[string, Fault, string]>([
    ['is replaced', { kind: 'changed-etag', etag: '"another"' }, 'truncated'],
    ['breaks off each time', { kind: 'reset', afterBytes: 1000 }, 'truncated'],
    ['comes short each time', { kind: 'short-body', missing: 1 }, 'truncated'],
    ['is refused', { kind: 'expired-keys' }, 'access-denied'],
    ['is throttled', { kind: 'status', status: 503 }, 'throttled'],
  ])('says what is wrong where a part of a large file %s', async (_, fault, code) => {
    const session = await openOver(faultAlways(fault, (request) => isFile(request) && isColumnChunk(request)));
    await expect(session.query(SQL)).rejects.toMatchObject({ code, message: expect.stringContaining('day=0') });
    // What is beside it can be read.
    expect((await session.query(SQL.replace('v >= 0', 'day > 0'))).rows).toEqual(truth.slice(1));
  });
});

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { columnBytes, generateLake } from '../../test/support/generated-lake';
import type { GeneratedLake } from '../../test/support/generated-lake';
import { startNodeSession } from '../../test/support/node-session';
import type { NodeSession } from '../../test/support/node-session';
import { startTestServer } from '../../test/support/server';
import type { TestServer } from '../../test/support/server';
import { parseFooter } from './parquet-footer';

const DAYS = 3;
const ROWS = 10_000;
const VARIABLES = 10;

let lake: GeneratedLake;
let session: NodeSession;
let server: TestServer;

/** Compacted station-days of some 800 kB, which are read whole by somebody who does not know their footers. */
beforeAll(async () => {
  lake = await generateLake();
  for (let day = 1; day <= DAYS; day++) {
    const values = Array.from(
      { length: VARIABLES },
      (_, column) => `hash(i * ${column + 3} + ${day}) / 1e12 AS v${column}`,
    );
    await lake.write(
      `station=A/day=${day}/data.parquet`,
      `SELECT TIMESTAMP '2025-01-01' + to_seconds(i * 8) AS time, ${values.join(', ')} FROM range(${ROWS}) t(i)`,
      'COMPRESSION zstd',
    );
  }
});

afterAll(async () => {
  await lake.remove();
});

beforeEach(async () => {
  server = await startTestServer({ lake: lake.root });
  session = startNodeSession();
  await session.open(server.lakeUrl);
  server.forget();
  return () => server.close();
});

const fileOf = (day: number) => path.join(lake.root, 'station=A', `day=${day}`, 'data.parquet');
const dataRequests = () => server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet')).length;

async function neededBytes(columns: string[]): Promise<number> {
  let bytes = 0;
  for (let day = 1; day <= DAYS; day++) {
    const footer = parseFooter(new Uint8Array(await readFile(fileOf(day))), fileOf(day));
    bytes += columnBytes(footer, columns);
  }
  return bytes;
}

async function expectSame(sql: string) {
  const answer = await session.query(sql);
  expect(answer.rows, sql).toEqual(await lake.truth(sql));
  return answer.receipt;
}

describe('files of a compacted lake', () => {
  it('cost hardly more than the column chunks that are needed once their footers are known', async () => {
    await expectSame('SELECT count(*)::VARCHAR AS n FROM lake');
    expect(dataRequests()).toBe(DAYS);
    for (const columns of [['v3'], ['time', 'v0', 'v7'], ['v1', 'v2', 'v4', 'v6', 'v8', 'v9']]) {
      server.forget();
      const list = columns.map((name, index) => `max(${name})::VARCHAR AS c${index}`).join(', ');
      const receipt = await expectSame(`SELECT ${list} FROM lake`);
      expect(receipt.bytes).toBeLessThanOrEqual(1.1 * (await neededBytes(columns)));
      expect(dataRequests()).toBeLessThanOrEqual(columns.length * DAYS);
    }
  });

  it('are read whole where nothing is known of them, and stay so', async () => {
    const { size } = await stat(fileOf(2));
    const first = await expectSame('SELECT max(v3)::VARCHAR AS m FROM lake WHERE day = 2');
    expect(first).toMatchObject({ requests: { get: 1 }, filesMatched: 1 });
    expect(first.bytes).toBeGreaterThan(size);
    server.forget();
    // The footers of the others become known, and that of the second is in the bytes that are here.
    await expectSame('SELECT count(*)::VARCHAR AS n FROM lake');
    await expectSame('SELECT max(v3)::VARCHAR AS m, min(v5)::VARCHAR AS l, count(*)::VARCHAR AS n FROM lake');
    await expectSame('SELECT day::VARCHAR AS day, count(v3)::VARCHAR AS n FROM lake GROUP BY 1 ORDER BY 1');
    server.forget();
    await expectSame('SELECT count(*)::VARCHAR AS n, max(v5)::VARCHAR AS m FROM lake WHERE day = 2');
    expect(dataRequests()).toBe(0);
  });
});

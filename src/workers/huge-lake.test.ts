import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLatencyServer, type LatencyServer } from '../../test/support/latency-server';
import { startNodeSession } from '../../test/support/node-session';
import { SimulatedLake } from '../../test/support/simulated-lake';

const FILES_PER_DAY = 96;

/** 500 stations × 365 days × 96 files, which are served without being anywhere. */
const lake = new SimulatedLake();
let server: LatencyServer;

beforeAll(async () => {
  server = await startLatencyServer({ buckets: { year: lake } });
});

afterAll(() => server.close());

it('plans a station-month of 17.5 million keys in 40 requests, and reads the files of a day alone', async () => {
  expect(lake.keys.length).toBe(17_520_000);
  const session = startNodeSession();
  await session.open(`${server.url}year/`);
  // A missing description, a page of keys, and the footers of three files.
  expect(server.requests.length).toBeLessThanOrEqual(8);
  server.clearLog();
  const station = lake.stations[250] ?? '';
  const within = (from: string, to: string) =>
    `station = '${station}' AND timestamp >= '${from}' AND timestamp < '${to}'`;
  const month = await session.estimate(
    `SELECT max(temperature + 0) AS m FROM lake WHERE ${within('2025-06-01', '2025-07-01')}`,
  );
  // A day of slack on either side, for rows may spill past midnight.
  expect(month.files).toBe(32 * FILES_PER_DAY);
  expect(server.count('list')).toBeLessThanOrEqual(40);
  expect(server.count('get')).toBe(0);
  server.clearLog();
  const day = `SELECT count(*)::INTEGER AS n, max(temperature + 0) IS NULL AS none FROM lake WHERE ${within('2025-06-05', '2025-06-06')}`;
  const { rows, receipt } = await session.query(day);
  expect(rows).toEqual([{ n: FILES_PER_DAY * 4, none: false }]);
  expect(receipt).toMatchObject({ filesMatched: 3 * FILES_PER_DAY, requests: { get: 3 * FILES_PER_DAY } });
  expect(server.count('list')).toBeLessThanOrEqual(10);
});

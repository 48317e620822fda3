import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnDescription } from '@tidelake/lake-format';
import { afterAll, describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { LocalStorage } from '../storage/local-storage';
import { encodeRows } from '../write/encoded-rows';
import { lostPath } from '../write/partition-files';
import { readRows } from '../write/parquet-rows';
import { compact } from './compact-run';
import type { CompactReport } from './compact-report';
import { JobPool } from './job-pool';
import { LocalReplacer } from './local-replacer';

const work = mkdtempSync(join(tmpdir(), 'tidelake-lost-'));
afterAll(() => rmSync(work, { recursive: true }));

const DAY = 'station=a/year=2025/month=11/day=03';
const NOON = Date.UTC(2025, 10, 3, 12) * 1000;
const DESCRIBED: ColumnDescription[] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'device_id', type: 'text', role: 'device' },
  { name: 'temperature', type: 'double', role: 'variable' },
  { name: 'temperature_qc', type: 'integer', role: 'flag' },
];

/** A file of rows a minute apart, all of one device and flagged. */
async function fileOf(temperatures: readonly number[]): Promise<Uint8Array> {
  const devices = new StringDictionary();
  const device = devices.internText('d');
  const values = [
    Float64Array.from(temperatures, (_, row) => NOON + row * 6e7),
    Int32Array.from(temperatures, () => device),
    Float64Array.from(temperatures),
    Float64Array.from(temperatures, () => 1),
  ];
  const order = Uint32Array.from(temperatures.keys());
  return encodeRows(
    DESCRIBED.map((column, index) => ({
      column: { ...column, dictionary: column.type === 'text' ? devices : undefined },
      values: values[index] ?? new Float64Array(0),
      order,
    })),
    'a',
  );
}

/** Puts files into the day one batch after the other, and compacts after each. */
async function compacted(name: string, batches: readonly (readonly Uint8Array[])[]): Promise<CompactReport[]> {
  const root = join(work, name);
  mkdirSync(join(root, DAY), { recursive: true });
  const storage = new LocalStorage(root);
  const reports: CompactReport[] = [];
  for (const [batch, files] of batches.entries()) {
    files.forEach((bytes, index) => writeFileSync(join(root, DAY, `${batch}-${index}.parquet`), bytes));
    const replacer = await LocalReplacer.open(root, undefined, null);
    const report = await compact(storage, new JobPool(storage, root), replacer, {
      described: DESCRIBED,
      stations: undefined,
      from: -Infinity,
      until: Infinity,
      closedBefore: Infinity,
      targetBytes: 1e9,
      minFiles: 2,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await replacer.close();
    reports.push(report);
  }
  return reports;
}

const dataOf = (name: string): string[] => readdirSync(join(work, name, DAY));
const lostOf = (name: string): Buffer => readFileSync(join(work, name, lostPath(DAY)));

describe('rows that compaction does not keep', () => {
  it('are counted and kept beside the quarantine, the same ones whatever the order of files', async () => {
    const [a, b, c] = [await fileOf([10, 11, 12]), await fileOf([10, 21, 12]), await fileOf([10, 11, 32])];
    const [once] = await compacted('at once', [[a, b, c]]);
    expect(once).toMatchObject({ rows: 3, duplicates: 6, conflicts: 2, left: [] });
    await compacted('reversed', [[c, b, a]]);
    const inTurn = await compacted('one after the other', [[c, b], [a]]);
    expect(inTurn.map(({ conflicts }) => conflicts)).toEqual([2, 0]);
    for (const other of ['reversed', 'one after the other']) {
      expect(dataOf(other)).toEqual(dataOf('at once'));
      expect(lostOf(other).equals(lostOf('at once'))).toBe(true);
    }
    const lost = readRows(lostOf('at once'), []);
    expect(lost.columns.map(({ name }) => name)).toEqual(['time', 'device_id', 'temperature']);
    expect([...(lost.values[2] ?? [])]).toEqual([21, 32]);
    expect([...(lost.values[0] ?? [])]).toEqual([NOON + 6e7, NOON + 12e7]);
  });
});

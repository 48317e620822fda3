import { readFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFooter } from './parquet-footer';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidelake-footer-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function footerOfSelect(select: string) {
  const file = path.join(folder, 'a.parquet');
  const native = await (await DuckDBInstance.create()).connect();
  await native.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
  native.closeSync();
  return parseFooter(new Uint8Array(await readFile(file)), file);
}

describe('parseFooter', () => {
  it('finds the leaves of nested columns, whose values are not ordered like rows', async () => {
    const { columns } = await footerOfSelect(
      `SELECT 1 AS a, [1, 2] AS l, {'x': 1, 'y': {'z': 'q'}} AS s, MAP {'k': 1.5} AS m, 'last' AS z`,
    );
    expect(columns.map(({ path: names, kind }) => `${names.join('.')} ${kind?.type ?? '-'}`)).toEqual([
      'a integer',
      'l.list.element -',
      's.x integer',
      's.y.z text',
      'm.key_value.key -',
      'm.key_value.value -',
      'z text',
    ]);
  });

  it('knows no order of blobs, times of day, intervals, UUIDs', async () => {
    const { columns } = await footerOfSelect(
      `SELECT 'a'::BLOB AS b, TIME '10:00' AS t, INTERVAL 1 DAY AS i, uuid() AS u, 1::HUGEINT AS h, '{}'::JSON AS j`,
    );
    expect(columns.map(({ path: [name], kind }) => [name, kind?.type])).toEqual([
      ['b', undefined],
      ['t', undefined],
      ['i', undefined],
      ['u', undefined],
      // DuckDB writes it as a double.
      ['h', 'float'],
      ['j', undefined],
    ]);
  });

  it('reads what another writer says of its row groups', () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'time', data: [0, 1000, 2000, 3000].map((ms) => new Date(ms)), type: 'TIMESTAMP' },
        { name: 'v', data: [1.5, -2, NaN, 4], type: 'DOUBLE' },
        { name: 'text', data: ['b', null, 'é', 'a'], type: 'STRING' },
      ],
      rowGroupSize: 2,
    });
    const { columns, rowGroups } = parseFooter(new Uint8Array(bytes), 'a.parquet');
    expect(columns.map(({ kind }) => kind?.type)).toEqual(['timestamp', 'float', 'text']);
    expect(rowGroups.map(({ rows }) => rows)).toEqual([2, 2]);
    expect(rowGroups[0]?.chunks[2]?.statistics).toMatchObject({ nulls: 1, min: Uint8Array.of(98), deprecated: false });
    const chunks = rowGroups.flatMap((group) => group.chunks);
    // One after the other, from behind the magic on.
    chunks.forEach(({ start }, index) => expect(start).toBe(chunks[index - 1]?.end ?? 4));
  });

  it('refuses what is no footer', () => {
    const broken = new Uint8Array([1, 2, 3, 4, 5, 6, 4, 0, 0, 0, 0x50, 0x41, 0x52, 0x31]);
    expect(() => parseFooter(broken, 'day=1/x.parquet')).toThrow(/day=1\/x\.parquet is damaged/);
  });
});

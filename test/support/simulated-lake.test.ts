import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { compareKeys } from '../../ingest-tool/src/serve/key-order';
import { formBytes } from './simulated-file';
import { SimulatedLake } from './simulated-lake';

const small = new SimulatedLake({
  stations: 3,
  days: 40,
  filesPerDay: 6,
  firstDay: { year: 2024, month: 12, day: 20 },
});
const all = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1000 };

async function readWhole(lake: SimulatedLake, key: string): Promise<Uint8Array> {
  const object = await lake.open(key);
  if (object === undefined) throw new Error(`no object ${key}`);
  return object.read(0, object.size);
}

describe('SimulatedLake', () => {
  it('computes every key in listing order, across months and years', () => {
    const keys = Array.from({ length: small.keys.length }, (_, place) => small.keys.at(place));
    expect(new Set(keys).size).toBe(3 * 40 * 6);
    expect(keys).toEqual([...keys].sort(compareKeys));
    expect(keys[0]).toMatch(/^station=[0-9a-f-]{36}\/year=2024\/month=12\/day=20\/data_0000\.parquet$/);
    expect(keys.at(-1)).toMatch(/year=2025\/month=01\/day=28\/data_2000\.parquet$/);
  });

  it('serves files of one length whose rows lie in the batch that the name ends', async () => {
    const prefix = `station=${small.stations[1] ?? ''}/year=2025/month=01/day=01/`;
    const { files } = await small.list({ ...all, prefix });
    expect(files).toHaveLength(6);
    for (const { key, size } of files) {
      const bytes = await readWhole(small, key);
      expect(bytes.byteLength).toBe(size);
      const rows: Record<string, unknown>[] = await parquetReadObjects({ file: bytes.slice().buffer });
      const end = key.endsWith('data_0000.parquet') ? 24 : Number(key.slice(-12, -10));
      const hours = rows.map(({ timestamp }) => (Number(timestamp) - Date.UTC(2025, 0, 1)) / 3_600_000);
      expect(hours.every((hour) => hour >= end - 4 && hour < end)).toBe(true);
      expect(small.keys.at(Number(rows[0]?.['place']))).toBe(key);
    }
  });

  it('serves files that are as if they had been written, statistics and all', async () => {
    for (const place of [1, 5, 6, 719]) {
      const bytes = await readWhole(small, small.keys.at(place));
      const rows: Record<string, unknown>[] = await parquetReadObjects({ file: bytes.slice().buffer });
      const column = (name: string) => rows.map((row) => Number(row[name]));
      const written = formBytes([column('timestamp'), column('temperature'), column('place')]);
      expect(Buffer.from(bytes).equals(written)).toBe(true);
    }
  });

  it('has nothing under other keys', async () => {
    expect(await small.open('station=nobody/year=2025/month=01/day=01/data_0000.parquet')).toBeUndefined();
    expect(await small.list({ ...all, prefix: 'station=z' })).toEqual({ files: [], commonPrefixes: [] });
  });

  it('lists 17.5 million keys without holding them', async () => {
    const lake = new SimulatedLake();
    expect(lake.keys.length).toBe(17_520_000);
    const stations = await lake.list({ ...all, delimiter: '/' });
    expect(stations.commonPrefixes).toHaveLength(500);
    expect(stations.nextToken).toBeUndefined();
    const month = `station=${lake.stations[250] ?? ''}/year=2025/month=11/`;
    let files = 0;
    let pages = 0;
    let token: string | undefined;
    do {
      const page = await lake.list({
        ...all,
        prefix: month,
        ...(token === undefined ? {} : { continuationToken: token }),
      });
      files += page.files.length;
      pages++;
      token = page.nextToken;
    } while (token !== undefined);
    expect({ files, pages }).toEqual({ files: 30 * 96, pages: 3 });
  });
});

import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { MANIFEST_INDEX_PATH, parseManifestIndex } from '@tidelake/lake-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayPath, lakeDates, LAKES, makeLake, quarterHourFileNames } from './make-lakes';
import { stationIds } from './station-data';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidelake-lakes-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function treeHash(root: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(path.relative(root, file)).update(await readFile(file));
  return hash.digest('hex');
}

async function sums(glob: string): Promise<unknown> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const result = await connection.runAndReadAll(
    `SELECT count(*)::INT, min(epoch(timestamp))::BIGINT, max(epoch(timestamp))::BIGINT,
            round(sum(temperature::DECIMAL(9,2)), 2)::VARCHAR, count(DISTINCT station)::INT FROM read_parquet('${glob}')`,
  );
  connection.closeSync();
  return result.getRowsJson()[0];
}

describe('the lakes of the scan benchmark', () => {
  it('come out with the same bytes each time', async () => {
    const recipe = { stations: 1, days: 1, columns: 20, files: 'quarter-hours' } as const;
    await makeLake(path.join(folder, 'first'), recipe);
    await makeLake(path.join(folder, 'second'), recipe);
    expect(await treeHash(path.join(folder, 'second'))).toBe(await treeHash(path.join(folder, 'first')));
  });

  it('hold the same values in 15-minute files and in compacted days', async () => {
    const recipe = { stations: 1, days: 1, columns: 20 };
    await makeLake(path.join(folder, 'quarters'), { ...recipe, files: 'quarter-hours' });
    await makeLake(path.join(folder, 'days'), { ...recipe, files: 'days' });
    const compacted = await sums(`${folder}/days/**/*.parquet`);
    expect(await sums(`${folder}/quarters/**/*.parquet`)).toEqual(compacted);
    expect(compacted).toMatchObject({ 0: 17_280, 4: 1 });
  });

  it('name their files in a manifest where the recipe says so', async () => {
    const recipe = { stations: 1, days: 2, columns: 4, files: 'days', manifest: true } as const;
    await makeLake(path.join(folder, 'described'), recipe);
    const index = await readFile(path.join(folder, 'described', MANIFEST_INDEX_PATH), 'utf8');
    expect(parseManifestIndex(index).parts.map(({ files }) => files)).toEqual([2]);
  });

  it('name a file by the end of its batch, so that data_0000 is the last of its day', async () => {
    const names = quarterHourFileNames();
    expect([names[0], names.at(-2), names.at(-1)]).toEqual([
      'data_0015.parquet',
      'data_2345.parquet',
      'data_0000.parquet',
    ]);
    const [station = ''] = stationIds(1);
    const [date] = lakeDates(LAKES['quarter-hours']);
    if (date === undefined) throw new Error('the recipe has no day');
    const last = path.join(folder, 'quarters', dayPath(station, date), 'data_0000.parquet');
    expect(await sums(last)).toMatchObject({ 0: 180, 2: String(Date.UTC(2025, 10, 24, 23, 59, 55) / 1000) });
  });
});

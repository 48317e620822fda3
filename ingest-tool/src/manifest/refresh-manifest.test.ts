import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  FOOTER_WORTH_KEEPING,
  parseLakeDescription,
  parseManifestIndex,
  type ManifestIndex,
} from '@tidelake/lake-format';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { openStorage } from '../storage/open-storage';
import { applyChanges } from './apply-changes';
import { manifestRows, readLakeState, replaceRollups } from './manifest-store';
import { refreshManifest, type ManifestReport } from './refresh-manifest';

const folder = mkdtempSync(join(tmpdir(), 'tidelake-manifest-'));
const never = new AbortController().signal;
let serial = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newLake(): string {
  const lake = join(folder, `lake-${serial++}`);
  mkdirSync(lake);
  return lake;
}

async function refresh(lake: string, more: { checksums?: boolean; h3?: number | null } = {}): Promise<ManifestReport> {
  const storage = await openStorage(lake);
  return await refreshManifest({
    data: storage,
    storage,
    dataRoot: undefined,
    h3: more.h3,
    checksums: more.checksums,
    isExclusive: true,
    signal: never,
    onProgress: () => undefined,
  });
}

/** What a generated file holds; `wide` and `extra` change the lake's columns. */
interface FileShape {
  station: number;
  month: number;
  part: number;
  rows: number;
  seed: number;
  wide: boolean;
  extra: boolean;
}

const pathOf = ({ station, month, part }: FileShape): string =>
  `station=s${station}/year=2025/month=${String(month).padStart(2, '0')}/day=01/data_${part}.parquet`;

function put(lake: string, shape: FileShape): void {
  const { rows, seed, month, wide, extra } = shape;
  const each = Array.from({ length: rows }, (_, row) => row + seed);
  const columnData = [
    {
      name: 'time',
      type: 'TIMESTAMP' as const,
      data: each.map((value) => new Date(Date.UTC(2025, month - 1, 1) + value * 60_000)),
    },
    { name: 'latitude', type: 'DOUBLE' as const, data: each.map((value) => (seed % 3 === 0 ? 59 : 59 + value / 10)) },
    { name: 'longitude', type: 'DOUBLE' as const, data: each.map(() => 10) },
    wide
      ? { name: 'count', type: 'DOUBLE' as const, data: each.map((value) => value + 0.5) }
      : { name: 'count', type: 'INT32' as const, data: each },
    ...(extra ? [{ name: 'added', type: 'STRING' as const, data: each.map((value) => `text ${value}`) }] : []),
  ];
  const path = join(lake, pathOf(shape));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData })));
}

function indexOf(lake: string): ManifestIndex {
  return parseManifestIndex(readFileSync(join(lake, '_tidelake/manifest/index.json'), 'utf8'));
}

function partsOnDisk(lake: string): string[] {
  return readdirSync(join(lake, '_tidelake/manifest'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => `_tidelake/manifest/${entry.parentPath.split('/').at(-1)}/${entry.name}`)
    .sort();
}

/** The names and types of a lake's columns. */
function columnsOf(lake: string): string {
  const { columns } = parseLakeDescription(readFileSync(join(lake, '_tidelake/lake.json'), 'utf8'));
  return columns
    .map(({ name, type }) => `${name} ${type}`)
    .sort()
    .join();
}

/** The manifest that is made where there was none. */
async function scratchManifest(lake: string): Promise<{ index: ManifestIndex; columns: string }> {
  const copy = newLake();
  cpSync(lake, copy, { recursive: true, preserveTimestamps: true });
  rmSync(join(copy, '_tidelake'), { recursive: true });
  await refresh(copy);
  return { index: indexOf(copy), columns: columnsOf(copy) };
}

const shape: fc.Arbitrary<FileShape> = fc.record({
  station: fc.integer({ min: 1, max: 3 }),
  month: fc.integer({ min: 1, max: 3 }),
  part: fc.integer({ min: 1, max: 4 }),
  rows: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer({ min: 0, max: 50 }),
  wide: fc.boolean(),
  extra: fc.boolean(),
});

describe('tidelake manifest', () => {
  it('makes the same manifest step by step as from scratch', { timeout: 240_000 }, async () => {
    const step = fc.record({ put: fc.array(shape, { maxLength: 6 }), drop: fc.array(fc.nat(), { maxLength: 2 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const lake = newLake();
        const there = new Set<string>();
        put(lake, { station: 1, month: 1, part: 0, rows: 3, seed: 0, wide: false, extra: false });
        await refresh(lake);
        for (const { put: files, drop } of steps) {
          for (const file of files) {
            put(lake, file);
            there.add(pathOf(file));
          }
          for (const place of drop) {
            const path = [...there][place % Math.max(1, there.size)];
            if (path !== undefined) rmSync(join(lake, path), { force: true });
          }
          await refresh(lake);
        }
        const scratch = await scratchManifest(lake);
        // What only removed files had stays described.
        if (columnsOf(lake) === scratch.columns) expect(indexOf(lake)).toEqual(scratch.index);
        expect(await refresh(lake)).toMatchObject({ changed: false, filesRead: 0 });
        expect(partsOnDisk(lake)).toEqual(
          indexOf(lake)
            .parts.map(({ path }) => path)
            .sort(),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('takes changes in as a listing would find them, and leaves out rollups of what changed', async () => {
    const lake = newLake();
    for (const station of [1, 2, 3]) {
      for (const month of [1, 2]) put(lake, { station, month, part: 1, rows: 4, seed: 0, wide: false, extra: false });
    }
    await refresh(lake);
    const storage = await openStorage(lake);
    const rollup = (period: string, station: string) => ({
      path: `_tidelake/rollup/${period.length === 4 ? 'day' : 'hour'}/${period}/part-${station}.parquet`,
      bytes: 1,
      rows: 1,
      grain: period.length === 4 ? ('day' as const) : ('hour' as const),
      period,
      stations: [station, station] as [string, string],
      source: '',
    });
    const rollups = [rollup('2025', 's1'), rollup('2025', 's2'), rollup('2025-01', 's1'), rollup('2025-02', 's1')];
    await replaceRollups(storage, () => rollups, never);

    const late = { station: 1, month: 2, part: 9, rows: 2, seed: 7, wide: false, extra: false };
    put(lake, late);
    const gone = pathOf({ ...late, station: 3, part: 1 });
    rmSync(join(lake, gone));
    const path = join(lake, pathOf(late));
    const { size, mtimeNs } = statSync(path, { bigint: true });
    const added = [{ key: pathOf(late), size: Number(size), etag: `${size}-${mtimeNs}` }];
    const index = await applyChanges(storage, { added, removed: [gone] }, never);

    expect(index?.rollups.map((part) => part.path)).toEqual([rollup('2025', 's2').path, rollup('2025-01', 's1').path]);
    expect(index?.parts).toEqual((await scratchManifest(lake)).index.parts);
    expect(await refresh(lake)).toMatchObject({ changed: false, filesRead: 0, files: 6 });
  });

  it('names a damaged file and leaves it out, every time until it is mended', async () => {
    const lake = newLake();
    const good = { station: 1, month: 1, part: 1, rows: 4, seed: 0, wide: false, extra: false };
    put(lake, good);
    put(lake, { ...good, part: 2 });
    const path = join(lake, pathOf({ ...good, part: 2 }));
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, -20));
    for (let run = 0; run < 2; run++) {
      const report = await refresh(lake);
      expect(report.files).toBe(1);
      expect(report.damaged).toEqual([
        { path: pathOf({ ...good, part: 2 }), reason: `it does not end in PAR1 at byte ${whole.length - 20}` },
      ]);
    }
    writeFileSync(path, whole);
    expect(await refresh(lake)).toMatchObject({ files: 2, damaged: [] });
  });

  it('notices a file that was replaced by one of the same length', async () => {
    const lake = newLake();
    const file = { station: 1, month: 1, part: 1, rows: 4, seed: 30, wide: false, extra: false };
    put(lake, file);
    await refresh(lake);
    const { size } = statSync(join(lake, pathOf(file)));
    put(lake, { ...file, seed: 33 });
    expect(statSync(join(lake, pathOf(file))).size).toBe(size);
    expect(await refresh(lake)).toMatchObject({ changed: true, filesRead: 1 });
    expect(await refresh(lake)).toMatchObject({ changed: false, filesRead: 0 });
    // What is older than the index is as it was when that was written.
    utimesSync(join(lake, pathOf(file)), new Date(), new Date());
    expect(await refresh(lake)).toMatchObject({ changed: false, filesRead: 1 });
    expect(await refresh(lake)).toMatchObject({ changed: false, filesRead: 0 });
    utimesSync(join(lake, pathOf(file)), new Date(0), new Date(0));
    expect(await refresh(lake)).toMatchObject({ changed: false, filesRead: 0 });
  });

  it('notes the cells of positions, read from the rows where a platform moves, and checksums when asked to', async () => {
    const lake = newLake();
    put(lake, { station: 1, month: 1, part: 1, rows: 4, seed: 0, wide: false, extra: false });
    put(lake, { station: 2, month: 1, part: 1, rows: 60, seed: 1, wide: false, extra: false });
    await refresh(lake);
    const storage = await openStorage(lake);
    const cells = async (): Promise<(number | undefined)[]> => {
      const counts: (number | undefined)[] = [];
      for await (const row of manifestRows(storage, (await readLakeState(storage, never)).index.parts, never)) {
        counts.push(row.cells?.length);
        expect(row.sha256).toBe(null);
      }
      return counts;
    };
    const [fixed, moving = 0] = await cells();
    expect(fixed).toBe(1);
    expect(moving).toBeGreaterThan(3);
    expect(await refresh(lake, { h3: null })).toMatchObject({ filesRead: 2 });
    expect(await cells()).toEqual([undefined, undefined]);
    await refresh(lake, { checksums: true });
    for await (const row of manifestRows(storage, indexOf(lake).parts, never))
      expect(row.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await refresh(lake)).toMatchObject({ changed: false });
  });

  it('keeps the footer of a large file as it is, and none of a small one', async () => {
    const lake = newLake();
    const large = { station: 1, month: 1, part: 1, rows: 20_000, seed: 0, wide: false, extra: false };
    put(lake, large);
    put(lake, { ...large, part: 2, rows: 4 });
    const bytes = readFileSync(join(lake, pathOf(large)));
    expect(bytes.byteLength).toBeGreaterThan(FOOTER_WORTH_KEEPING);
    await refresh(lake);
    const footers: (Uint8Array | null)[] = [];
    for await (const row of manifestRows(await openStorage(lake), indexOf(lake).parts, never)) footers.push(row.footer);
    const [kept, none] = footers;
    expect(none).toBe(null);
    expect(kept?.byteLength).toBe(bytes.readUInt32LE(bytes.byteLength - 8) + 8);
    expect(bytes.subarray(-(kept?.byteLength ?? 0)).equals(kept ?? new Uint8Array())).toBe(true);
  });
});

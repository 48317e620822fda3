import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FILE_METADATA_KEY, parseLakeDescription, parseManifestIndex } from '@tidelake/lake-format';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshManifest } from '../../ingest-tool/src/manifest/refresh-manifest';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { findLocalLeftovers } from '../../ingest-tool/src/validate/leftovers';
import { validateLake, type ValidateReport } from '../../ingest-tool/src/validate/validate-lake';
import {
  dataFilesOf,
  ingestCaptures,
  makeWorkspace,
  readParquetRows,
  removeWorkspaces,
  startTool,
} from '../support/ingest-cli';
import { startLatencyServer } from '../support/latency-server';
import { delimited, encodeTelemetry, sweeps } from '../support/ocean-telemetry';
import { SimulatedLake } from '../support/simulated-lake';

const never = new AbortController().signal;
const folder = makeWorkspace();
const whole = join(folder, 'whole');
let serial = 0;

beforeAll(async () => {
  const capture = join(folder, 'capture.pb');
  writeFileSync(capture, delimited(sweeps(14_400).map((fields) => encodeTelemetry(fields))));
  await ingestCaptures(whole, [capture]);
  await manifest(whole);
});

afterAll(removeWorkspaces);

/** A lake of its own to damage. */
function copyLake(): string {
  const lake = join(folder, `lake-${serial++}`);
  cpSync(whole, lake, { recursive: true, preserveTimestamps: true });
  return lake;
}

/** Twice: the parts of the manifest before stay until then. */
async function manifest(lake: string, checksums = false): Promise<void> {
  await refresh(lake, checksums);
  await refresh(lake, checksums);
}

async function refresh(lake: string, checksums: boolean): Promise<void> {
  const storage = await openStorage(lake);
  await refreshManifest({
    data: storage,
    storage,
    dataRoot: undefined,
    h3: undefined,
    checksums,
    isExclusive: true,
    signal: never,
    onProgress: () => undefined,
  });
}

async function validate(lake: string, deep = false): Promise<ValidateReport> {
  const storage = await openStorage(lake);
  const leftovers = await findLocalLeftovers(lake);
  return await validateLake({ storage, data: storage, deep, leftovers, signal: never, onProgress: () => undefined });
}

/** Codes, severities and what mends them. */
function said({ findings }: ValidateReport): string[] {
  return [...new Set(findings.map(({ code, severity, mend }) => `${severity} ${code}: ${mend}`))].sort();
}

function firstFile(lake: string): string {
  return join(lake, dataFilesOf(lake)[0] ?? '');
}

/** Writes a file's rows anew after changing them, described as the file was. */
async function rewrite(
  path: string,
  change: (rows: Record<string, unknown>[]) => Record<string, unknown>[],
  to = path,
  statistics = true,
): Promise<void> {
  const rows = change(await readParquetRows(path));
  const { key_value_metadata: own } = parquetMetadata(new Uint8Array(readFileSync(path)));
  const type = (name: string) =>
    /time/.test(name) ? 'TIMESTAMP' : /device/.test(name) ? 'STRING' : name === 'temperature' ? 'FLOAT' : 'DOUBLE';
  const column = (name: string) => ({
    name,
    type: type(name) as 'TIMESTAMP' | 'STRING' | 'FLOAT' | 'DOUBLE',
    nullable: true,
    data: rows.map((row) => row[name] ?? null),
  });
  const kvMetadata = own?.filter(({ key }) => key === FILE_METADATA_KEY) ?? [];
  const columnData = ['time', 'device_id', 'latitude', 'longitude', 'depth', 'temperature'].map(column);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, statistics })));
}

describe('tidelake validate finds', () => {
  it('nothing in a whole lake, and answers 0', async () => {
    for (const deep of [false, true]) {
      expect(await validate(whole, deep)).toMatchObject({
        files: dataFilesOf(whole).length,
        rows: 14_400,
        findings: [],
        worst: null,
      });
    }
    const { code, stderr } = await startTool(['validate', whole, '--deep']).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('Nothing is wrong.')]);
  });

  it('a truncated file, where it ends, and answers 5', async () => {
    const lake = copyLake();
    truncateSync(firstFile(lake), 2000);
    const report = await validate(lake);
    expect(said(report)).toEqual(['damage manifest-out-of-date: manifest', 'damage unreadable: remove']);
    expect(report.findings.find(({ code }) => code === 'unreadable')).toMatchObject({
      file: dataFilesOf(lake)[0],
      byte: 2000,
    });
    const { code, stdout } = await startTool(['validate', lake, '--json']).ended;
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ worst: 'damage', counts: { unreadable: 1 } });
  });

  it('a damaged page, with its column and byte, when it reads the rows', async () => {
    const lake = copyLake();
    const path = firstFile(lake);
    const bytes = readFileSync(path);
    bytes.fill(0xff, 40, 90);
    writeFileSync(path, bytes);
    await manifest(lake);
    expect((await validate(lake)).findings).toEqual([]);
    const [finding] = (await validate(lake, true)).findings;
    expect(finding).toMatchObject({ code: 'unreadable', severity: 'damage', byte: 4 });
    expect(finding?.message).toMatch(/^its column time cannot be read in row group 0/);
  });

  it('bytes that are not those of the checksum', async () => {
    const lake = copyLake();
    await manifest(lake, true);
    const path = firstFile(lake);
    const bytes = readFileSync(path);
    const places = Buffer.from(bytes).indexOf('parquet-rs');
    bytes[places < 0 ? bytes.length - 20 : places] = 0x50;
    writeFileSync(path, bytes);
    expect(said(await validate(lake, true))).toContain('damage manifest-out-of-date: manifest');
  });

  it('rows of another day and files of another station', async () => {
    const lake = copyLake();
    const path = firstFile(lake);
    const day = /day=(\d\d)/.exec(path)?.[1] ?? '';
    const other = path.replace(`day=${day}`, 'day=31').replace(/month=\d\d/, 'month=12');
    mkdirSync(dirname(other), { recursive: true });
    cpSync(path, other);
    const elsewhere = path.replace(/station=[^/]+/, 'station=elsewhere');
    mkdirSync(dirname(elsewhere), { recursive: true });
    cpSync(path, elsewhere);
    await manifest(lake);
    const { findings } = await validate(lake, true);
    expect(findings.map(({ code, row }) => [code, row])).toEqual([
      ['wrong-partition', undefined],
      ['wrong-partition', 0],
    ]);
    expect(new Set(findings.map(({ file }) => join(lake, file)))).toEqual(new Set([other, elsewhere]));
  });

  it('unsorted rows and rows that are there twice, within a file and across files', async () => {
    const lake = copyLake();
    const path = firstFile(lake);
    await rewrite(path, (rows) => [...rows.slice(0, 5), ...rows.slice(6), ...rows.slice(5, 6)]);
    await manifest(lake);
    const unsorted = await validate(lake, true);
    expect(said(unsorted)).toEqual(['warning unsorted: compact']);

    await rewrite(path, (rows) => rows.slice(0, 2), join(dirname(path), 'late.parquet'));
    await manifest(lake);
    const across = (await validate(lake, true)).findings.filter(({ code }) => code === 'duplicate-rows');
    expect(across).toMatchObject([{ severity: 'damage', mend: 'compact' }]);
    expect(across[0]?.message).toContain('2 of its rows');

    const twice = copyLake();
    await rewrite(firstFile(twice), (rows) => rows.flatMap((row, place) => (place === 3 ? [row, row] : [row])));
    await manifest(twice);
    const within = (await validate(twice, true)).findings;
    expect(within).toMatchObject([{ code: 'duplicate-rows', row: 4 }]);
    expect(within[0]?.message).toContain('row 3 of the same file');
  });

  it('columns of another type, unknown ones, and missing statistics', async () => {
    const lake = copyLake();
    const path = firstFile(lake);
    await rewrite(path, (rows) => rows, path, false);
    await manifest(lake);
    expect(said(await validate(lake))).toEqual(['warning missing-statistics: compact']);

    const clash = copyLake();
    const rows = await readParquetRows(firstFile(clash));
    const columnData = [
      { name: 'time', type: 'TIMESTAMP' as const, data: rows.map((row) => row['time']) },
      { name: 'temperature', type: 'STRING' as const, data: rows.map(() => 'warm') },
      { name: 'colour', type: 'STRING' as const, data: rows.map(() => 'blue') },
    ];
    writeFileSync(firstFile(clash), new Uint8Array(parquetWriteBuffer({ columnData })));
    const found = said(await validate(clash));
    expect(found).toContain('damage schema-clash: compact');
    expect(found).toContain('warning unknown-column: manifest');
  });

  it('a manifest that lacks files, names missing ones, or cannot be read', async () => {
    const lake = copyLake();
    const files = dataFilesOf(lake);
    const path = firstFile(lake);
    cpSync(path, join(dirname(path), 'more.parquet'));
    rmSync(join(lake, files[1] ?? ''));
    const report = await validate(lake);
    expect(said(report)).toEqual([
      'damage manifest-lacks-file: manifest',
      'damage manifest-names-missing-file: manifest',
    ]);
    await refresh(lake, false);
    expect(said(await validate(lake))).toEqual(['note leftover: manifest']);

    const [part] = parseManifestIndex(readFileSync(join(lake, '_tidelake/manifest/index.json'), 'utf8')).parts;
    truncateSync(join(lake, part?.path ?? ''), 100);
    expect(said(await validate(lake))).toContain('damage manifest-unreadable: manifest');
    rmSync(join(lake, '_tidelake/manifest'), { recursive: true });
    expect(said(await validate(lake))).toContain('damage manifest-out-of-date: manifest');
  });

  it('rollups that are gone or made from other files', async () => {
    const lake = copyLake();
    const path = join(lake, '_tidelake/manifest/index.json');
    const index = parseManifestIndex(readFileSync(path, 'utf8'));
    const rollup = (name: string) => ({
      path: `_tidelake/rollup/day/2024/${name}.parquet`,
      bytes: 4,
      rows: 1,
      grain: 'day' as const,
      period: (index.parts[0]?.month ?? '').slice(0, 4),
      stations: ['', '~'] as [string, string],
      source: 'another',
    });
    const stale = rollup('part-a');
    writeFileSync(path, JSON.stringify({ ...index, rollups: [stale, rollup('part-b')] }));
    mkdirSync(dirname(join(lake, stale.path)), { recursive: true });
    writeFileSync(join(lake, stale.path), 'PAR1');
    expect(said(await validate(lake))).toEqual(['damage rollup-missing: rollup', 'damage rollup-stale: rollup']);
  });

  it('wrong totals, many small files and leftovers, and answers 6', async () => {
    const lake = copyLake();
    const path = join(lake, '_tidelake/lake.json');
    const description = parseLakeDescription(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...description, totals: { files: 1, bytes: 1 } }));
    mkdirSync(join(lake, '_tidelake/tmp/123'), { recursive: true });
    appendFileSync(join(lake, '_tidelake/tmp/123/0.parquet'), 'half');
    writeFileSync(join(lake, '_tidelake/lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: 'nobody', started: '' }));
    expect(said(await validate(lake))).toEqual(['note leftover: retry', 'warning totals-wrong: manifest']);
    rmSync(join(lake, '_tidelake/lock'));
    expect(said(await validate(lake))).toEqual(['warning leftover: remove', 'warning totals-wrong: manifest']);
    expect((await startTool(['validate', lake]).ended).code).toBe(6);
    rmSync(join(lake, '_tidelake/tmp'), { recursive: true });
    mkdirSync(join(lake, '_tidelake/spool/here-1'), { recursive: true });
    writeFileSync(join(lake, '_tidelake/spool/here-1/messages-1.log'), 'not ingested yet');
    expect(said(await validate(lake))).toEqual(['warning totals-wrong: manifest']);
    mkdirSync(join(lake, '_tidelake/swap/new'), { recursive: true });
    writeFileSync(join(lake, '_tidelake/swap/new/a.parquet'), 'half');
    writeFileSync(join(lake, '_tidelake/swap/journal.json'), JSON.stringify({ version: 1, swaps: [], archive: null }));
    const interrupted = await validate(lake);
    expect(said(interrupted)).toEqual(['warning leftover: compact', 'warning totals-wrong: manifest']);
    expect(interrupted.findings.some(({ file }) => file === '_tidelake/swap/journal.json')).toBe(true);
    expect((await startTool(['compact', lake]).ended).code).toBe(0);
    expect((await validate(lake)).counts.leftover).toBeUndefined();
    expect((await startTool(['validate', join(folder, 'nowhere')]).ended).code).toBe(2);
  });

  it('many small files in a bucket of somebody else, folder by folder', async () => {
    const shape = { stations: 2, days: 3, filesPerDay: 6, firstDay: { year: 2025, month: 1, day: 30 } };
    const server = await startLatencyServer({ buckets: { theirs: new SimulatedLake(shape) } });
    try {
      const endpoint = server.url.replace(/\/$/, '');
      const storage = await openStorage(`s3://theirs/?endpoint=${endpoint}&region=eu-north-1&anonymous=true`);
      const report = await validateLake({
        storage,
        data: storage,
        deep: true,
        leftovers: [],
        signal: never,
        onProgress: () => undefined,
      });
      expect(report).toMatchObject({ files: 36, rows: 144, counts: { 'small-files': 1 } });
      expect(report.findings[0]?.message).toContain('6 of 6 folders');
    } finally {
      await server.close();
    }
  });
});

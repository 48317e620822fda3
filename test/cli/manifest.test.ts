import { createServer } from 'node:http';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLakeDescription, parseManifestIndex } from '@tidelake/lake-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ManifestReport } from '../../ingest-tool/src/manifest/refresh-manifest';
import {
  dataFilesOf,
  filesBelow,
  ingestCaptures,
  makeWorkspace,
  removeWorkspaces,
  startTool,
  treeOf,
  type CliResult,
} from '../support/ingest-cli';
import { startLatencyServer, type LatencyServer } from '../support/latency-server';
import { delimited, encodeTelemetry, sweeps } from '../support/ocean-telemetry';
import { SimulatedLake } from '../support/simulated-lake';

const INDEX = '_tidelake/manifest/index.json';
const folder = makeWorkspace();
const lake = join(folder, 'lake');
const capture = (name: string, from: number, to: number): string => {
  const path = join(folder, name);
  writeFileSync(
    path,
    delimited(
      sweeps(28_800)
        .slice(from, to)
        .map((fields) => encodeTelemetry(fields)),
    ),
  );
  return path;
};

afterAll(removeWorkspaces);

async function manifest(...args: string[]): Promise<CliResult & { report: ManifestReport }> {
  const result = await startTool(['manifest', ...args, '--json']).ended;
  if (result.stdout === '') throw new Error(`exit code ${result.code}: ${result.stderr}`);
  const report: ManifestReport = JSON.parse(result.stdout);
  return { ...result, report };
}

describe('tidelake manifest on a lake of this machine', () => {
  beforeAll(async () => {
    await ingestCaptures(lake, [capture('first.pb', 0, 12_000)]);
  });

  it('names each file, and says so in lake.json', async () => {
    const { code, report } = await manifest(lake);
    expect(code).toBe(0);
    expect(report).toMatchObject({ files: dataFilesOf(lake).length, rows: 12_000, damaged: [] });
    const description = parseLakeDescription(readFileSync(join(lake, '_tidelake/lake.json'), 'utf8'));
    expect(description).toMatchObject({ manifest: true, totals: { files: report.files, bytes: report.dataBytes } });
  });

  it('writes nothing where nothing changed', async () => {
    const before = treeOf(lake);
    const { code, report } = await manifest(lake);
    expect([code, report.changed, report.filesRead]).toEqual([0, false, 0]);
    expect(treeOf(lake)).toEqual(before);
  });

  it('is kept true by an ingest, to the same bytes as one made anew', { timeout: 240_000 }, async () => {
    await ingestCaptures(lake, [capture('second.pb', 9_000, 20_000)]);
    const index = parseManifestIndex(readFileSync(join(lake, INDEX), 'utf8'));
    expect(index.parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_000);
    const copy = join(folder, 'copy');
    await ingestCaptures(copy, [join(folder, 'first.pb'), join(folder, 'second.pb')]);
    await manifest(copy);
    expect(readFileSync(join(lake, INDEX), 'utf8')).toBe(readFileSync(join(copy, INDEX), 'utf8'));
    expect((await manifest(lake)).report).toMatchObject({ changed: false, filesRead: 0 });
    expect(treeOf(lake)).toEqual(treeOf(copy));
  });

  it('answers 3 and names files that cannot be read', async () => {
    const copy = join(folder, 'damaged');
    cpSync(lake, copy, { recursive: true, preserveTimestamps: true });
    const [first = ''] = dataFilesOf(copy);
    writeFileSync(join(copy, first), 'nothing');
    const result = await startTool(['manifest', copy]).ended;
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`${first}: it ends after 7 bytes`);
  });

  it('answers 2 to a lake that is not there, and to a manifest apart that would not say where its data are', async () => {
    const nowhere = await startTool(['manifest', join(folder, 'nowhere')]).ended;
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('no such file or folder')]);
    const apart = await startTool(['manifest', lake, '--to', join(folder, 'apart')]).ended;
    expect([apart.code, apart.stderr]).toEqual([2, expect.stringContaining('--data-root')]);
    expect(filesBelow(join(folder, 'apart'))).toEqual([]);
  });
});

describe("tidelake manifest on somebody else's bucket", () => {
  const shape = { stations: 3, days: 40, filesPerDay: 6, firstDay: { year: 2024, month: 12, day: 20 } };
  let server: LatencyServer;

  beforeAll(async () => {
    server = await startLatencyServer({ buckets: { theirs: new SimulatedLake(shape) } });
  });

  afterAll(() => server.close());

  it('keeps the description and the manifest in a folder, from listing and footers alone', async () => {
    const apart = join(folder, 'theirs');
    const endpoint = server.url.replace(/\/$/, '');
    const address = `s3://theirs/?endpoint=${endpoint}&region=eu-north-1&anonymous=true`;
    const first = await manifest(address, '--to', apart);
    expect(first.code, first.stderr).toBe(0);
    expect(first.report).toMatchObject({ files: 720, rows: 2880, filesRead: 720 });
    const description = parseLakeDescription(readFileSync(join(apart, '_tidelake/lake.json'), 'utf8'));
    expect(description).toMatchObject({
      dataRoot: `${endpoint}/theirs/`,
      partitionTime: 'approximate',
      partitioning: [
        { name: 'station', type: 'text' },
        { name: 'year', type: 'integer', width: 4 },
        { name: 'month', type: 'integer', width: 2 },
        { name: 'day', type: 'integer', width: 2 },
      ],
      columns: [
        { name: 'timestamp', type: 'timestamp', role: 'time' },
        { name: 'temperature', type: 'double', role: 'variable' },
        { name: 'place', type: 'double', role: 'variable' },
      ],
    });
    expect(description.stations.map(({ firstTime }) => firstTime)).toEqual(Array(3).fill('2024-12-20T00:00:00.000Z'));
    const { parts } = parseManifestIndex(readFileSync(join(apart, INDEX), 'utf8'));
    expect(parts.map(({ month }) => month)).toEqual(['2024-12', '2025-01']);
    expect(parts[1]?.time).toEqual([Date.UTC(2025, 0, 1) * 1000, Date.UTC(2025, 0, 28, 23) * 1000]);

    server.clearLog();
    const again = await manifest(address, '--to', apart);
    expect(again.report).toMatchObject({ changed: false, filesRead: 0 });
    expect(server.requests.filter(({ kind }) => kind !== 'list').filter(({ key }) => key.endsWith('.parquet'))).toEqual(
      [],
    );
  });

  it('ends soon at Ctrl-C, without a manifest and without leftovers', async () => {
    const asked: (() => void)[] = [];
    // A store that takes requests and never answers.
    const silent = createServer(() => asked.splice(0).forEach((tell) => tell()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const apart = join(folder, 'stopped');
    const request = new Promise<void>((resolve) => asked.push(resolve));
    const { child, ended } = startTool([
      'manifest',
      `s3://theirs/?endpoint=http://127.0.0.1:${port}&region=eu-north-1&anonymous=true`,
      '--to',
      apart,
    ]);
    await request;
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    silent.closeAllConnections();
    silent.close();
    expect([code, stderr]).toEqual([130, expect.stringContaining('Stopped.')]);
    expect(filesBelow(apart)).toEqual([]);
  });
});

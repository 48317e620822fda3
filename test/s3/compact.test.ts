import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { manifestRows, readLakeState } from '../../ingest-tool/src/manifest/manifest-store';
import type { LakeStorage } from '../../ingest-tool/src/storage/lake-storage';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { readRows } from '../../ingest-tool/src/write/parquet-rows';
import { compactLake } from '../support/compact-cli';
import { dataFilesOf, makeWorkspace, removeWorkspaces, startTool } from '../support/ingest-cli';
import { countOperations, killCount, killPoints, runKilled } from '../support/killed-run';
import { writeRawLake } from '../support/raw-lake';
import { makeManifest, rollUpLake } from '../support/rolled-up-lake';
import { describeWithS3 } from './start';

const KILLS = killCount(5);
const never = new AbortController().signal;
const shape = { stations: ['a'], firstDay: '2025-10-31', days: 2, filesPerDay: 6, rowsPerFile: 10, variables: 1 };

await describeWithS3('the upkeep of a lake on a real server', (s3) => {
  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = s3.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = s3.credentials.secretAccessKey;
    process.env['AWS_CONFIG_FILE'] = process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
    await s3.createBucket('kept-sea', { open: false });
    return removeWorkspaces;
  });

  /** The address of a lake of many files there, and a folder with the same. */
  async function rawLake(name: string): Promise<{ address: string; storage: LakeStorage; folder: string }> {
    const address = `s3://kept-sea/${name}/?endpoint=${s3.url}&region=${s3.region}`;
    const storage = await openStorage(address);
    const folder = makeWorkspace();
    writeRawLake(folder, shape);
    for (const path of dataFilesOf(folder)) await storage.write(path, readFileSync(join(folder, path)), never);
    return { address, storage, folder };
  }

  async function keysOf(storage: LakeStorage): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of storage.list('station=', never)) keys.push(...page.map(({ key }) => key));
    return keys;
  }

  it('lays an overlay over days that are compacted already, and keeps it there, as on this machine', async () => {
    const { address, storage, folder } = await rawLake('overlaid');
    const path = join(makeWorkspace(), 'overlay.yaml');
    writeFileSync(
      path,
      `flags: [{ station: a, from: 2025-11-01, variable: v0, flag: fail, reason: fouled, by: jd }]
calibrations: [{ device: ctd-a, column: v0, id: C-1, slope: 2, validFrom: 2025-11-01 }]`,
    );
    for (const lake of [address, folder]) {
      await makeManifest(lake);
      await compactLake(lake);
      await rollUpLake(lake);
      const { report } = await compactLake(lake, ['--overlay', path, '--keep-originals']);
      expect(report).toMatchObject({
        folders: 1,
        unchanged: 1,
        overlay: { entries: [{ changed: 60 }, { changed: 60 }] },
      });
      expect((await compactLake(lake)).report).toMatchObject({ folders: 0, overlay: { entries: [{ rows: 60 }, {}] } });
      expect((await rollUpLake(lake)).report).toMatchObject({ left: [] });
    }
    expect(await keysOf(storage)).toEqual(dataFilesOf(folder));
    for (const key of [...dataFilesOf(folder), '_tidelake/overlay.yaml']) {
      const there = await storage.read(key, never);
      expect(readFileSync(join(folder, key)).equals(there?.bytes ?? new Uint8Array()), key).toBe(true);
    }
    const checked = await startTool(['validate', address, '--deep', '--json']).ended;
    expect(JSON.parse(checked.stdout)).toMatchObject({ worst: null, rows: 120 });
    await compactLake(address, ['--no-overlay']);
    expect(await storage.read('_tidelake/overlay.yaml', never)).toBeUndefined();
  });

  /** Rows that a reader finds who goes by the manifest, and asks again where a file is gone. */
  async function readThrough(storage: LakeStorage): Promise<{ rows: number; sum: number }> {
    for (let attempt = 0; ; attempt++) {
      const { index } = await readLakeState(storage, never);
      const found = { rows: 0, sum: 0 };
      let isWhole = true;
      for await (const { path } of manifestRows(storage, index.parts, never)) {
        const read = await storage.read(path, never);
        isWhole &&= read !== undefined;
        if (read === undefined) break;
        const { count, columns, values } = readRows(read.bytes, []);
        found.rows += count;
        for (const value of values[columns.findIndex(({ name }) => name === 'v0')] ?? []) {
          found.sum += Math.round(Number(value) * 1000);
        }
      }
      if (isWhole) return found;
      if (attempt > 100) throw new Error('the manifest names files that are not there');
    }
  }

  it(
    `shows whoever goes by the manifest old days or new ones, meanwhile and killed at ${KILLS} points of its work`,
    { timeout: 120_000 + KILLS * 30_000 },
    async () => {
      const { address, storage } = await rawLake('killed');
      const [there, kept] = [join(s3.folderOf('kept-sea'), 'killed'), join(makeWorkspace(), 'kept')];
      await makeManifest(address);
      // The server keeps ETags as attributes of its files.
      execFileSync('cp', ['-a', there, kept]);
      const whole = await readThrough(storage);
      const run = startTool(['compact', address]);
      let answers = 0;
      for (; run.child.exitCode === null; answers++) expect(await readThrough(storage)).toEqual(whole);
      expect(answers).toBeGreaterThan(2);
      expect((await run.ended).code).toBe(0);
      const expected = await keysOf(storage);
      const again = (): void => {
        rmSync(there, { recursive: true });
        execFileSync('cp', ['-a', kept, there]);
      };
      again();
      const operations = await countOperations(['compact', address]);
      for (const point of killPoints(operations, KILLS, 20251123)) {
        const at = JSON.stringify(point);
        again();
        if (!(await runKilled(['compact', address], point))) expect(point.operation).toBeGreaterThan(operations * 0.9);
        expect(await readThrough(storage), at).toEqual(whole);
        expect((await compactLake(address)).code, at).toBe(0);
        expect(await readThrough(storage), at).toEqual(whole);
        expect(await keysOf(storage), at).toEqual(expected);
      }
    },
  );

  it('compacts and rolls up as on this machine, through the manifest', async () => {
    const { address, storage, folder } = await rawLake('lake');
    const made = await startTool(['manifest', address]).ended;
    expect(made.code, made.stderr).toBe(0);
    const { report } = await compactLake(address);
    expect(report).toMatchObject({ folders: 2, filesBefore: 12, filesAfter: 2, rows: 120, left: [] });
    await compactLake(folder);
    expect(await keysOf(storage)).toEqual(dataFilesOf(folder));
    expect((await compactLake(address)).report).toMatchObject({ folders: 0, unchanged: 2 });
    expect((await rollUpLake(address)).report).toMatchObject({ parts: 3, partsWritten: 3, left: [] });
    expect((await rollUpLake(address)).report).toMatchObject({ partsWritten: 0 });
  });
});

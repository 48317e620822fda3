import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { compactLake } from '../support/compact-cli';
import { dataFilesOf, makeWorkspace, removeWorkspaces, startTool } from '../support/ingest-cli';
import { writeRawLake } from '../support/raw-lake';
import { rollUpLake } from '../support/rolled-up-lake';
import { describeWithS3 } from './start';

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

  it('compacts and rolls up as on this machine, through the manifest', async () => {
    const address = `s3://kept-sea/lake/?endpoint=${s3.url}&region=${s3.region}`;
    const storage = await openStorage(address);
    const folder = makeWorkspace();
    writeRawLake(folder, shape);
    for (const path of dataFilesOf(folder)) await storage.write(path, readFileSync(join(folder, path)), never);
    const made = await startTool(['manifest', address]).ended;
    expect(made.code, made.stderr).toBe(0);
    const { report } = await compactLake(address);
    expect(report).toMatchObject({ folders: 2, filesBefore: 12, filesAfter: 2, rows: 120, left: [] });
    await compactLake(folder);
    const keys: string[] = [];
    for await (const page of storage.list('station=', never)) keys.push(...page.map(({ key }) => key));
    expect(keys).toEqual(dataFilesOf(folder));
    expect((await compactLake(address)).report).toMatchObject({ folders: 0, unchanged: 2 });
    expect((await rollUpLake(address)).report).toMatchObject({ parts: 3, partsWritten: 3, left: [] });
    expect((await rollUpLake(address)).report).toMatchObject({ partsWritten: 0 });
  });
});

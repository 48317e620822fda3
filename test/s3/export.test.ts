import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { dataFilesOf, makeWorkspace, removeWorkspaces, startTool } from '../support/ingest-cli';
import { writeRawLake } from '../support/raw-lake';
import { makeManifest } from '../support/rolled-up-lake';
import { describeWithS3 } from './start';

const shape = { stations: ['a', 'b'], firstDay: '2025-10-31', days: 2, filesPerDay: 3, rowsPerFile: 10, variables: 2 };

await describeWithS3('a lake on a real server', (s3) => {
  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = s3.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = s3.credentials.secretAccessKey;
    process.env['AWS_CONFIG_FILE'] = process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
    await s3.createBucket('out', { open: false });
    return removeWorkspaces;
  });

  it('is exported as from this machine, and made a table of, whether it describes itself or not', async () => {
    const address = `s3://out/lake?endpoint=${s3.url}&region=${s3.region}`;
    const storage = await openStorage(address);
    const folder = makeWorkspace();
    writeRawLake(folder, shape);
    for (const path of dataFilesOf(folder)) {
      await storage.write(path, readFileSync(join(folder, path)), new AbortController().signal);
    }
    const span = ['--stations', 'b', '--from-time', '2025-10-31T12:00:00Z', '--to-time', '2025-11-01T12:00:00Z'];
    const outputs: string[] = [];
    for (const lake of [folder, address]) {
      for (const isDescribed of [false, true]) {
        if (isDescribed) await makeManifest(lake);
        const exported = await startTool(['export', lake, '--to', '-', '--format', 'csv', ...span]).ended;
        expect([exported.code, exported.stderr]).toEqual([0, '']);
        outputs.push(exported.stdout);
        const { stdout, code } = await startTool(['ddl', lake, '--engine', 'spark']).ended;
        expect(code).toBe(0);
        expect(stdout).toContain(`${lake === address ? '://out/lake' : folder}'`);
      }
    }
    expect(outputs[0]?.split('\n')).toHaveLength(32);
    expect(new Set(outputs).size).toBe(1);
  });
});

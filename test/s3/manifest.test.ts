import { MANIFEST_INDEX_PATH, parseManifestIndex, type ManifestIndex } from '@tidelake/lake-format';
import { beforeAll, expect, it } from 'vitest';
import { applyChanges } from '../../ingest-tool/src/manifest/apply-changes';
import { manifestRows } from '../../ingest-tool/src/manifest/manifest-store';
import { refreshManifest, type ManifestReport } from '../../ingest-tool/src/manifest/refresh-manifest';
import type { LakeStorage, StoredObject } from '../../ingest-tool/src/storage/lake-storage';
import { openStorage } from '../../ingest-tool/src/storage/open-storage';
import { validateLake } from '../../ingest-tool/src/validate/validate-lake';
import { SimulatedLake } from '../support/simulated-lake';
import { describeWithS3 } from './start';

const never = new AbortController().signal;
const lake = new SimulatedLake({ stations: 2, days: 6, filesPerDay: 4, firstDay: { year: 2025, month: 1, day: 29 } });

async function refresh(storage: LakeStorage): Promise<ManifestReport> {
  return await refreshManifest({
    data: storage,
    storage,
    dataRoot: undefined,
    h3: undefined,
    checksums: undefined,
    isExclusive: false,
    signal: never,
    onProgress: () => undefined,
  });
}

async function indexOf(storage: LakeStorage): Promise<ManifestIndex> {
  const read = await storage.read(MANIFEST_INDEX_PATH, never);
  return parseManifestIndex(Buffer.from(read?.bytes ?? []).toString());
}

await describeWithS3('the manifest of a lake on a real S3 server', (s3) => {
  let storage: LakeStorage;

  const put = async (place: number): Promise<StoredObject> => {
    const key = lake.keys.at(place);
    const object = await lake.open(key);
    const bytes = (await object?.read(0, object.size)) ?? new Uint8Array();
    return { key, size: bytes.byteLength, etag: await storage.write(key, bytes, never) };
  };

  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = s3.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = s3.credentials.secretAccessKey;
    process.env['AWS_CONFIG_FILE'] = process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
    await s3.createBucket('upkeep', { open: false });
    storage = await openStorage(`s3://upkeep/lake/?endpoint=${s3.url}&region=${s3.region}`);
    for (let place = 0; place < lake.keys.length; place += 2) await put(place);
  });

  it('is made from listing and footers, with the ETags of the store', async () => {
    expect(await refresh(storage)).toMatchObject({ files: 24, filesRead: 24, changed: true, damaged: [] });
    const { parts } = await indexOf(storage);
    expect(parts.map(({ month }) => month)).toEqual(['2025-01', '2025-02']);
    for await (const row of manifestRows(storage, parts, never)) expect(row.etag).toMatch(/^[0-9a-f]{32}$/);
    expect(await refresh(storage)).toMatchObject({ filesRead: 0, changed: false });
  });

  it('takes in changes of two writers at once', async () => {
    const added = await Promise.all([put(1), put(41)]);
    const [first, second] = added;
    await Promise.all(
      [first, second].map((object) =>
        applyChanges(storage, { added: object === undefined ? [] : [object], removed: [] }, never),
      ),
    );
    expect((await indexOf(storage)).parts.reduce((sum, { files }) => sum + files, 0)).toBe(26);
    expect(await refresh(storage)).toMatchObject({ files: 26, filesRead: 0 });
  });

  it('is checked by a validation, which finds an object that was put there by hand', async () => {
    const validate = async () =>
      await validateLake({
        storage,
        data: storage,
        deep: true,
        leftovers: [],
        signal: never,
        onProgress: () => undefined,
      });
    expect((await validate()).findings.filter(({ severity }) => severity === 'damage')).toEqual([]);
    const stray = await put(3);
    await storage.write(lake.keys.at(0), Buffer.from('PAR1 is no Parquet file'), never);
    const damage = (await validate()).findings.filter(({ severity }) => severity === 'damage');
    expect(damage.map(({ code, file }) => [code, file])).toEqual(
      expect.arrayContaining([
        ['manifest-lacks-file', stray.key],
        ['unreadable', lake.keys.at(0)],
        ['manifest-out-of-date', lake.keys.at(0)],
      ]),
    );
  });
});

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DESCRIPTION_PATH, MANIFEST_INDEX_PATH, parseManifestIndex } from '@tidelake/lake-format';
import { afterAll, expect, it } from 'vitest';
import { openBucket } from '../../ingest-tool/src/storage/open-storage';
import { parseStorageAddress } from '../../ingest-tool/src/storage/storage-address';
import { filesBelow, makeWorkspace, removeWorkspaces, treeOf } from '../support/ingest-cli';
import { countOperations, killCount, killPoints, runKilled } from '../support/killed-run';
import { describeWithS3 } from './start';
import {
  AWKWARD_FILES,
  descriptionOf,
  indexOf,
  isPublished,
  makeTransferLake,
  transfer,
  transferEnvironment,
  writeFiles,
} from './transfer-lake';

const KILLS = killCount(6);
const OLD_PART = '_tidelake/manifest/month=2025-11/part-0a.parquet';
const NEW_PART = '_tidelake/manifest/month=2025-11/part-0b.parquet';
const [, , GONE = '', COMPACTED = ''] = AWKWARD_FILES;

afterAll(removeWorkspaces);

await describeWithS3('tidelake push, killed', (s3) => {
  it(
    `leaves the old lake or the new one to readers at ${KILLS} points of its work, and the same bucket after a second run`,
    { timeout: 120_000 + KILLS * 20_000 },
    async () => {
      await s3.createBucket('killed', { open: false });
      const env = transferEnvironment(s3);
      Object.assign(process.env, env);
      const there = path.join(s3.folderOf('killed'), 'lake');
      const address = `s3://killed/lake?endpoint=${s3.url}`;
      const again = ['push', makeTransferLake(), address, '--delete'];
      const lake = again[1] ?? '';
      expect(await transfer(s3, again)).toMatchObject({ code: 0 });
      const old = treeOf(there);
      const kept = path.join(makeWorkspace(), 'kept');
      // The server keeps ETags as attributes of its files.
      execFileSync('cp', ['-a', there, kept]);
      rmSync(path.join(lake, GONE));
      rmSync(path.join(lake, COMPACTED));
      const compacted = `${path.posix.dirname(COMPACTED)}/part-0123456789abcdef.parquet`;
      const late = Array.from({ length: 12 }, (_, day) => `station=late/day=${day}/x.parquet`);
      writeFiles(lake, {
        ...Object.fromEntries([compacted, ...late].map((key) => [key, `bytes of ${key}`])),
        [NEW_PART]: 'part 0b',
        [MANIFEST_INDEX_PATH]: indexOf([NEW_PART]),
        [DESCRIPTION_PATH]: descriptionOf(16),
      });
      rmSync(path.join(lake, OLD_PART));
      const expected = treeOf(lake, filesBelow(lake).filter(isPublished));
      const original = path.join(makeWorkspace(), 'original');
      cpSync(lake, original, { recursive: true, preserveTimestamps: true });
      const operations = await countOperations(again, env);
      expect(treeOf(there)).toEqual(expected);

      const found = { old: 0, new: 0 };
      for (const point of killPoints(operations, KILLS, 20251122)) {
        const at = JSON.stringify(point);
        for (const [from, to] of [
          [kept, there],
          [original, lake],
        ] as const) {
          rmSync(to, { recursive: true });
          mkdirSync(path.dirname(to), { recursive: true });
          execFileSync('cp', ['-a', from, to]);
        }
        if (!(await runKilled(again, point, env))) expect(point.operation, at).toBeGreaterThan(operations * 0.9);
        const left = treeOf(there);
        const { parts } = parseManifestIndex(readFileSync(path.join(there, MANIFEST_INDEX_PATH), 'utf8'));
        const isNew = parts.some((part) => part.path === NEW_PART);
        found[isNew ? 'new' : 'old']++;
        expect(left, at).toMatchObject(isNew ? withoutFront(expected) : withoutFront(old));
        if (!isNew) expect(left[DESCRIPTION_PATH], at).toBe(old[DESCRIPTION_PATH]);
        expect(await transfer(s3, again), at).toMatchObject({ code: 0 });
        expect(treeOf(there), at).toEqual(expected);
        expect(filesBelow(path.join(lake, '_tidelake/.push')), at).toEqual([]);
      }
      // Few operations come after the index is in place.
      expect(found.old).toBeGreaterThan(0);
      if (KILLS >= 100) expect(found.new).toBeGreaterThan(0);
      const place = parseStorageAddress(`${address}&region=${s3.region}`);
      if (place.kind !== 'bucket') throw new Error('not a bucket');
      const storage = await openBucket(place);
      expect(await storage.bucket.listUploads(new AbortController().signal)).toEqual([]);
    },
  );
});

/** What is not replaced in place. */
function withoutFront(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).filter(([key]) => key !== MANIFEST_INDEX_PATH && key !== DESCRIPTION_PATH),
  );
}

import { formatManifestIndex } from '@tidelake/lake-format';
import type { ManifestIndex } from '@tidelake/lake-format';
import { expect, it } from 'vitest';
import { LakeError } from '../lake/lake-error';
import type { LakeErrorCode } from '../lake/lake-error';
import type { ObjectStore } from '../sources/object-store';
import type { DescribedLake } from './describe-lake';
import { rereadManifests } from './manifest-refresh';

const indexOf = (rows: number): ManifestIndex => {
  const part = { path: '_tidelake/manifest/a.parquet', bytes: 9, month: '2025-01', files: 1, dataBytes: 9 };
  return { format: 'tidelake-manifest', version: 1, parts: [{ ...part, rows, time: null, keys: {} }], rollups: [] };
};

/** A lake that was opened with one index, of whose store the index is another one by now. */
function lakeOf(known: ManifestIndex, now: ManifestIndex): DescribedLake {
  const store: ObjectStore = {
    url: 'memory:',
    list: () => Promise.reject(new Error('nothing to list')),
    get: () => {
      const value = new TextEncoder().encode(formatManifestIndex(now));
      return Promise.resolve({ value, requests: 1, bytes: value.byteLength, retries: 0 });
    },
  };
  return {
    store,
    summary: {
      ...{ url: 'memory:', title: '', foreign: false, partitioning: [], columns: [], stations: [] },
      totals: { files: 1, bytes: 9 },
    },
    schema: { columns: [], partitionKeys: [], timeColumn: null, exact: true },
    sourceOf: () => '',
    walk: {},
    manifest: known,
  };
}

const reread = (code: LakeErrorCode, lake: DescribedLake) =>
  rereadManifests(
    new Map([['lake', lake]]),
    new LakeError({ code, message: '', advice: '' }),
    new AbortController().signal,
  );

it.each<LakeErrorCode>(['not-found', 'truncated', 'not-parquet'])('takes the new manifest after %s', async (code) => {
  const renewed = await reread(code, lakeOf(indexOf(1), indexOf(2)));
  expect(renewed.get('lake')?.manifest).toEqual(indexOf(2));
});

it('leaves a lake alone whose manifest is the same, and asks nobody after other errors', async () => {
  expect(await reread('not-parquet', lakeOf(indexOf(1), indexOf(1)))).toEqual(new Map());
  expect(await reread('bad-sql', lakeOf(indexOf(1), indexOf(2)))).toEqual(new Map());
});

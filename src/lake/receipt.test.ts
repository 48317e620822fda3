import { describe, expect, it } from 'vitest';
import { describeBytes, describeDuration, describeReceipt, emptyReceipt } from './receipt';

describe('describeReceipt', () => {
  const receipt = {
    ...emptyReceipt(),
    filesInLake: 306,
    filesMatched: 31,
    filesFetched: 31,
    requests: { list: 2, get: 31, footers: 0, manifest: 0, rollups: 0 },
    bytes: 742_300,
    elapsed: 412,
  };

  it('says in one line what a query read', () => {
    expect(describeReceipt(receipt)).toBe('31 of 306 files · 33 requests · 742 kB · 0.41 s');
  });

  it('says what was here already, and what had to be tried again', () => {
    expect(describeReceipt({ ...receipt, filesCached: 12, retries: 1 })).toBe(
      '31 of 306 files, 12 already here · 33 requests · 742 kB · 1 retry · 0.41 s',
    );
    expect(describeReceipt({ ...receipt, filesCached: 31, requests: emptyReceipt().requests, bytes: 0 })).toBe(
      '31 of 306 files, all already here · 0 requests · 0 B · 0.41 s',
    );
  });

  it('does not count a lake that is too large to count', () => {
    const requests = { ...receipt.requests, list: 1, get: 0 };
    expect(describeReceipt({ ...receipt, filesInLake: null, filesMatched: 1, requests })).toBe(
      '1 file · 1 request · 742 kB · 0.41 s',
    );
    expect(describeReceipt({ ...receipt, filesInLake: 17_520_000, filesMatched: 35_040 })).toContain(
      '35,040 of 17,520,000 files',
    );
  });
});

describe('describeBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [12_345_678, '12.3 MB'],
    [1.5e12, '1.50 TB'],
    [1e16, '10000 TB'],
  ])('%d', (bytes, text) => {
    expect(describeBytes(bytes)).toBe(text);
  });
});

describe('describeDuration', () => {
  it.each([
    [4, '0.00 s'],
    [412, '0.41 s'],
    [9_994, '9.99 s'],
    [9_996, '10.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 00 s'],
    [125_000, '2 min 05 s'],
  ])('%d ms', (ms, text) => {
    expect(describeDuration(ms)).toBe(text);
  });
});

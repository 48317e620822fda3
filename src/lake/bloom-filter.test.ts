import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { sbbfInsert } from 'hyparquet/src/bloom.js';
import { describe, expect, it } from 'vitest';
import { parseBloomFilter } from './bloom-filter';

/** Header of a filter of `bytes` bytes: block algorithm, xxHash, uncompressed. */
const header = (bytes: number) => [0x15, ...zigzag(bytes), 0x1c, 0x1c, 0, 0, 0x1c, 0x1c, 0, 0, 0x1c, 0x1c, 0, 0, 0];
const zigzag = (value: number) => (value < 64 ? [value * 2] : [((value * 2) & 127) | 128, (value * 2) >> 7]);

function filterOf(hashes: bigint[]): Uint8Array {
  const blocks = new Uint32Array(64);
  for (const hash of hashes) sbbfInsert(blocks, hash);
  return Uint8Array.from([...header(blocks.byteLength), ...new Uint8Array(blocks.buffer)]);
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('parseBloomFilter', () => {
  it('hashes as xxHash64 does, by the vectors of its specification', () => {
    expect(xxhash64(utf8(''))).toBe(0xef46db3751d8e999n);
    expect(xxhash64(utf8('a'))).toBe(0xd24ec4f1a98c6e5bn);
    expect(xxhash64(utf8('abc'))).toBe(0x44bc2cf5ad770999n);
    expect(xxhash64(utf8('Nobody inspects the spammish repetition'))).toBe(0xfbcea83c8a378bf1n);
  });

  it('tells texts that are not there from those that are', () => {
    const test = parseBloomFilter(filterOf([xxhash64(utf8('Nausikaa-1')), xxhash64(utf8('é'))]), {
      name: 'id',
      type: 'BYTE_ARRAY',
      converted_type: 'UTF8',
    });
    expect(test?.({ type: 'text', value: 'Nausikaa-1' })).toBe(true);
    expect(test?.({ type: 'text', value: 'é' })).toBe(true);
    expect(test?.({ type: 'text', value: 'Nausikaa-2' })).toBe(false);
  });

  it('hashes whole numbers in the width of the file, and knows nothing of others', () => {
    const wide = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    const longs = parseBloomFilter(filterOf([xxhash64(wide)]), { name: 'id', type: 'INT64' });
    expect(longs?.({ type: 'number', value: -1 })).toBe(true);
    expect(longs?.({ type: 'number', value: 1 })).toBe(false);
    expect(longs?.({ type: 'number', value: 0.5 })).toBe(true);
    const ints = parseBloomFilter(filterOf([xxhash64(wide.subarray(4))]), { name: 'id', type: 'INT32' });
    expect(ints?.({ type: 'number', value: -1 })).toBe(true);
    expect(ints?.({ type: 'number', value: 7 })).toBe(false);
    expect(ints?.({ type: 'text', value: '-1' })).toBe(true);
  });

  it('gives up on filters of another kind, cut off or damaged', () => {
    const element = { name: 'id', type: 'INT64' } as const;
    const filter = filterOf([1n]);
    expect(parseBloomFilter(filter.subarray(0, 60), element)).toBeUndefined();
    expect(parseBloomFilter(Uint8Array.of(...header(33), ...new Uint8Array(64)), element)).toBeUndefined();
    expect(parseBloomFilter(new Uint8Array(3), element)).toBeUndefined();
  });
});

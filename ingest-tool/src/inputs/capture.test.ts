import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { Capture } from './capture';
import { findCaptures } from './input-files';

const folder = mkdtempSync(join(tmpdir(), 'tidelake-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Reads a capture whose messages are four bytes each: their number. */
async function numbersOf(capture: Capture): Promise<{ numbers: number[]; offsets: number[]; details: string[] }> {
  const read = { numbers: [] as number[], offsets: [] as number[], details: [] as string[] };
  for await (const batch of capture.batches()) {
    for (let row = 0; row < batch.count; row++) {
      read.numbers.push(Buffer.from(batch.bytes.subarray(batch.start[row], batch.end[row])).readUInt32LE());
      read.offsets.push(batch.offset[row] ?? -1);
    }
    read.details.push(...batch.rejects.map(({ detail }) => detail));
  }
  return read;
}

const COUNT = 1_500_000;
const content = Buffer.alloc(COUNT * 5);
for (let index = 0; index < COUNT; index++) {
  content[index * 5] = 4;
  content.writeUInt32LE(index, index * 5 + 1);
}

describe('Capture', () => {
  it('reads more than fits its buffer, in order, with offsets from the beginning of the file', async () => {
    const capture = new Capture(file('plain.pb', content), undefined, new StringDictionary());
    const { numbers, offsets } = await numbersOf(capture);
    expect(numbers).toHaveLength(COUNT);
    expect(numbers.every((number, index) => number === index)).toBe(true);
    expect(offsets.every((offset, index) => offset === index * 5)).toBe(true);
    expect(capture.bytesRead).toBe(content.length);
    expect(capture.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('reads through gzip, with the digest of what is inside', async () => {
    const capture = new Capture(file('a.gz', gzipSync(content.subarray(0, 50_000))), undefined, new StringDictionary());
    expect((await numbersOf(capture)).numbers).toHaveLength(10_000);
    expect(capture.sha256).toBe(createHash('sha256').update(content.subarray(0, 50_000)).digest('hex'));
  });

  it('says where a gzip stream is damaged', async () => {
    const damaged = gzipSync(content.subarray(0, 50_000)).subarray(0, -100);
    const { details } = await numbersOf(new Capture(file('b.gz', damaged), undefined, new StringDictionary()));
    expect(details.at(-1)).toContain('gzip');
  });

  it('obeys a format that is given', async () => {
    const path = file('text.pb', Buffer.from('\u0004abcd'));
    expect((await numbersOf(new Capture(path, 'delimited', new StringDictionary()))).numbers).toHaveLength(1);
    expect((await numbersOf(new Capture(path, 'mosquitto', new StringDictionary()))).details).toHaveLength(1);
  });

  it('reads through zstd, and says where its stream is damaged', async () => {
    // Two frames and one to be skipped, made by zstd 1.5.4 of the numbers 0 to 4,999 and 5,000 to 9,999.
    const stream = readFileSync(join(import.meta.dirname, '../../fixtures/inputs/numbers.pb.zst'));
    const read = await numbersOf(new Capture(file('a.zst', stream), undefined, new StringDictionary()));
    expect(read.numbers).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    expect(read.details).toEqual([]);
    for (const damaged of [stream.subarray(0, -9), Buffer.concat([stream, Buffer.from('no frame')])]) {
      const { details } = await numbersOf(new Capture(file('b.zst', damaged), undefined, new StringDictionary()));
      expect(details.at(-1)).toContain('zstd');
    }
  });

  it.each([
    ['fixed32-be', (n: number) => [0, 0, 0, 4, ...n32(n)]],
    ['fixed32-le', (n: number) => [4, 0, 0, 0, ...n32(n)]],
    ['delimited', (n: number) => [4, ...n32(n)]],
  ])('tells %s lengths from the content', async (format, frame) => {
    const bytes = Buffer.from(Array.from({ length: 40 }, (_, index) => frame(index)).flat());
    const capture = new Capture(file(`${format}.pb`, bytes), undefined, new StringDictionary());
    expect((await numbersOf(capture)).numbers).toHaveLength(40);
    expect(capture.format).toBe(format);
  });

  it('takes a file that is one message for that', async () => {
    const capture = new Capture(file('one.pb', Buffer.from(n32(7))), undefined, new StringDictionary());
    expect((await numbersOf(capture)).offsets).toEqual([0]);
    expect(capture.format).toBe('single');
  });
});

/** A protobuf message of four bytes: field 1, a number of two varint bytes that tells {@link n} apart, padded. */
function n32(n: number): number[] {
  return [0x08, 0x80 | (n & 127), 0x80 | (n >> 7), 0];
}

describe('findCaptures', () => {
  it('finds files, what is in folders, and what patterns match, each once', async () => {
    const own = mkdtempSync(join(folder, 'inputs-'));
    for (const path of [
      'b.log',
      'a.log',
      'deep/c.log',
      '.hidden',
      'deep/lake/_tidelake/lake.json',
      'deep/lake/day=1/d.log',
    ]) {
      mkdirSync(join(own, path, '..'), { recursive: true });
      writeFileSync(join(own, path), path);
    }
    const found = await findCaptures([join(own, 'b.log'), own, join(own, '**/*.log'), '-']);
    expect(found.map(({ path }) => path.replace(`${own}/`, ''))).toEqual(['b.log', 'a.log', 'deep/c.log', '-']);
  });

  it('says where nothing is found', async () => {
    await expect(findCaptures([join(folder, 'none')])).rejects.toThrow('no such file');
    await expect(findCaptures([join(folder, '*.none')])).rejects.toThrow('Nothing matches');
    await expect(findCaptures([mkdtempSync(join(folder, 'empty-'))])).rejects.toThrow('no file in the folder');
  });
});

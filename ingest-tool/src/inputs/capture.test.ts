import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { Capture, findCaptures } from './capture';

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

  it('is not found where there is no file', async () => {
    await expect(findCaptures([join(folder, 'none')])).rejects.toThrow('no such file');
    await expect(findCaptures([folder])).rejects.toThrow('is a folder');
  });
});

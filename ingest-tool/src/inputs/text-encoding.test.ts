import { describe, expect, it } from 'vitest';
import type { Content } from './decompression';
import { textAsUtf8 } from './text-encoding';

async function* contentOf(bytes: Uint8Array, size: number, damage?: string): Content {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  return damage;
}

/** All that comes out, and how it ends. */
async function read(content: Content): Promise<[bytes: Buffer, damage: string | undefined]> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const step = await content.next();
    if (step.done === true) return [Buffer.concat(chunks), step.value];
    chunks.push(step.value);
  }
}

describe('textAsUtf8', () => {
  const text = 'Station;Température °C\r\nmast 1;4,5 😀\r\n';
  const little = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]);
  const big = Buffer.from(little).swap16();

  it.each([1, 3, 4, 1000])('reads UTF-16 of both byte orders in pieces of %i bytes', async (size) => {
    for (const bytes of [little, big]) {
      const [found, damage] = await read(textAsUtf8(contentOf(bytes, size, 'ends early')));
      expect(found.toString()).toBe(text);
      expect(damage).toBe('ends early');
    }
  });

  it.each([
    [[]],
    [[0xff]],
    [[0xff, 0xfe]],
    [[0xff, 0xfe, 0, 0, 9]],
    [[0xff, 0xfe, 1, 8, 1, 2]],
    [[0xef, 0xbb, 0xbf, 65, 66]],
  ])('leaves %j as it is', async (values) => {
    const bytes = Uint8Array.from(values);
    for (const size of [1, 10]) expect([...(await read(textAsUtf8(contentOf(bytes, size))))[0]]).toEqual(values);
  });
});

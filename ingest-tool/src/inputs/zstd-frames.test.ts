import { describe, expect, it } from 'vitest';
import { ZstdFrameError, ZstdFrames } from './zstd-frames';

/** A frame with a window of 512 KiB and one block: a byte that is to be repeated so many times. */
function repeated(times: number): Uint8Array {
  const block = times * 8 + 3;
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x48, block & 255, (block >> 8) & 255, block >> 16, 7);
}

describe('ZstdFrames', () => {
  it('follows a block that becomes as much as a block may, and refuses one that would become more', () => {
    const bytes = repeated(131_072);
    const frames = new ZstdFrames();
    expect(frames.next(bytes, 0)).toBe(bytes.length);
    expect(() => new ZstdFrames().next(repeated(131_073), 0)).toThrow(ZstdFrameError);
  });
});

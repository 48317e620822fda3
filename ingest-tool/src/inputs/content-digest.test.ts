import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ContentDigest } from './content-digest';

describe('ContentDigest', () => {
  it('is the SHA-256 of all pieces together', async () => {
    const digest = new ContentDigest(3);
    for (const byte of [1, 2, 3]) await digest.update(Uint8Array.of(byte));
    expect(await digest.digest()).toBe(
      createHash('sha256')
        .update(Uint8Array.of(1, 2, 3))
        .digest('hex'),
    );
    await digest.close();
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPacked, packLink, unpackLink } from './packed-link';
import { formatUrlState, parseUrlState } from './url-state';

it('unfolds to the same state, for any text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (text) => {
      const hash = formatUrlState({ lake: 's3://b/l', sql: `SELECT '${text}'`, others: { zoom: '3' } });
      const packed = await packLink(hash);
      expect(isPacked(packed)).toBe(true);
      expect(packed).toMatch(/^#lake=s3:\/\/b\/l&v=1&z=[\w-]+$/);
      expect(parseUrlState(await unpackLink(packed))).toEqual(parseUrlState(hash));
    }),
    { numRuns: 40 },
  );
});

it('makes long SQL short, and leaves alone what is only a lake', async () => {
  const hash = formatUrlState({
    lake: '/l/',
    sql: 'SELECT avg(temperature) FROM lake UNION ALL '.repeat(200),
    others: {},
  });
  expect((await packLink(hash)).length).toBeLessThan(hash.length / 20);
  expect(await packLink('#lake=/l/&v=1')).toBe('#lake=/l/&v=1');
});

it('refuses what is damaged, and what unfolds without end', async () => {
  for (const damaged of ['#z=%%%', '#z=AAAA', '#lake=/l/&z=']) {
    await expect(unpackLink(damaged)).rejects.toThrow(RangeError);
  }
  const bomb = await packLink(`#x=${'a'.repeat(400_000)}`);
  expect(bomb.length).toBeLessThan(2000);
  await expect(unpackLink(bomb)).rejects.toThrow('link');
});

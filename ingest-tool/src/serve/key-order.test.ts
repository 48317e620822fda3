import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from './key-order';

describe('compareKeys', () => {
  it('agrees with comparing the UTF-8 bytes, for any two texts', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('puts an emoji after the private use area, where UTF-16 puts it before', () => {
    expect(compareKeys('\u{1F30A}', '\uE000')).toBeGreaterThan(0);
    expect('\u{1F30A}' < '\uE000').toBe(true);
  });

  it('puts a key before those it is the beginning of', () => {
    expect(compareKeys('a', 'a/b')).toBeLessThan(0);
    expect(compareKeys('a', 'a')).toBe(0);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapText } from './wrap-text';

it('loses no letter, and makes no line longer than it may be', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 8, max: 60 }), (text, most) => {
      const lines = wrapText(text, most);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replace(/\s+/g, ''));
      expect(lines.every((line) => line.length <= most && line !== '')).toBe(true);
    }),
  );
  expect(wrapText('Mean of all readings of a device', 12)).toEqual(['Mean of all', 'readings of', 'a device']);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyEdits, offsetBefore } from './text-edits';

it('replaces places and finds every offset again', () => {
  const place = fc.record({ gap: fc.nat(5), length: fc.nat(5), replacement: fc.string({ maxLength: 8 }) });
  fc.assert(
    fc.property(fc.array(place, { maxLength: 5 }), fc.nat(5), (places, rest) => {
      let text = '';
      const edits = places.map(({ gap, length, replacement }) => {
        const start = text.length + gap;
        text += 'k'.repeat(gap) + 'x'.repeat(length);
        return { start, end: start + length, replacement: replacement.replaceAll('k', '') };
      });
      text += 'k'.repeat(rest);
      const replaced = applyEdits(text, edits);
      expect(replaced.replaceAll(/[^k]/g, '').length).toBe(text.replaceAll(/[^k]/g, '').length);
      for (const [offset, character] of [...replaced].entries()) {
        if (character !== 'k') continue;
        expect(text[offsetBefore(edits, offset)]).toBe('k');
      }
    }),
  );
});

it('points at the start of what was replaced', () => {
  const edits = [{ start: 5, end: 20, replacement: '"t"' }];
  expect(applyEdits(`FROM ${'x'.repeat(15)} WHERE b`, edits)).toBe('FROM "t" WHERE b');
  expect(offsetBefore(edits, 6)).toBe(5);
  expect(offsetBefore(edits, 'FROM "t" WHERE '.length)).toBe(27);
});

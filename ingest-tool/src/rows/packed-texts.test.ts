import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { packTexts, unpackTexts } from './packed-texts';

describe('texts on their way to another thread', () => {
  it('are the same there, null too, and only those that are used', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 4 }))), fc.string(), (texts, other) => {
        const here = new StringDictionary();
        const there = new StringDictionary();
        here.internText(`${other} is not used`);
        there.internText(other);
        const ids = Int32Array.from(texts, (text) => (text === null ? -1 : here.internText(text)));
        const packed = packTexts(ids, here);
        expect(packed.ends).toHaveLength(new Set(texts.filter((text) => text !== null)).size);
        unpackTexts(ids, packed, there);
        expect(Array.from(ids, (id) => (id < 0 ? null : there.textOf(id)))).toEqual(texts);
      }),
    );
  });
});

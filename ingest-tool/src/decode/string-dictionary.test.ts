import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from './string-dictionary';

describe('StringDictionary', () => {
  it('gives equal texts equal numbers, and gives the texts back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 2000 }), (texts) => {
        const dictionary = new StringDictionary();
        const ids = texts.map((text) => dictionary.internText(text));
        expect(ids.map((id) => dictionary.textOf(id))).toEqual(texts);
        expect(dictionary.size).toBe(new Set(texts).size);
      }),
    );
  });

  it('stays right when it has to grow many times', () => {
    const dictionary = new StringDictionary();
    for (let index = 0; index < 20_000; index++) expect(dictionary.internText(`sensor-${index}`)).toBe(index);
    expect(dictionary.internText('sensor-19999')).toBe(19_999);
    expect(dictionary.lengthOf(12_345)).toBe('sensor-12345'.length);
  });

  it('ranks texts in the order of their UTF-8 bytes', () => {
    const dictionary = new StringDictionary();
    const texts = ['b', 'a', '', '\u{1F30A}', '\uFF5E', 'ab'];
    texts.forEach((text) => dictionary.internText(text));
    const ranked = [...dictionary.ranks()].map((rank, id) => ({ rank, text: texts[id] }));
    expect(ranked.sort((left, right) => left.rank - right.rank).map(({ text }) => text)).toEqual([
      '',
      'a',
      'ab',
      'b',
      '\uFF5E',
      '\u{1F30A}',
    ]);
  });

  it('takes a part of a larger buffer', () => {
    const dictionary = new StringDictionary();
    const bytes = new TextEncoder().encode('ctd-1ctd-2');
    expect([dictionary.intern(bytes, 0, 5), dictionary.intern(bytes, 5, 10), dictionary.intern(bytes, 0, 5)]).toEqual([
      0, 1, 0,
    ]);
  });
});

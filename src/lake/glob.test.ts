import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, escapeGlob, expandBraces } from './glob';

const matches = (pattern: string, key: string) => compileGlob(pattern).matches(key);

describe('a glob', () => {
  it.each<[string, string[], string[]]>([
    ['*.parquet', ['a.parquet', '.parquet'], ['b/a.parquet', 'a.parquet2']],
    ['**/*.parquet', ['a.parquet', 'x/y/a.parquet'], ['x/a.csv']],
    ['x/**', ['x/a', 'x/b/c'], ['y/a', 'x']],
    ['a/**/b/*.p', ['a/b/x.p', 'a/c/d/b/x.p', 'a/b/b/x.p'], ['a/b/c/x.p']],
    [
      'year=202[4-6]/m?.p',
      ['year=2025/m1.p', 'year=2024/mä.p', 'year=2026/m🌊.p'],
      ['year=2023/m1.p', 'year=2025/m.p'],
    ],
    ['[!ab]*', ['c', 'zz'], ['a', 'bc']],
    ['a[*]b', ['a*b'], ['axb']],
    ['a[b', ['a[b'], ['ab']],
    ['*a*b*c', ['abc', 'xaxbxc', 'aabbcc'], ['acb', 'abcx']],
  ])('%s takes what it should', (pattern, yes, no) => {
    for (const key of yes) expect(matches(pattern, key), key).toBe(true);
    for (const key of no) expect(matches(pattern, key), key).toBe(false);
  });

  it('tells what all its keys begin with, and which folders may hold one', () => {
    expect(compileGlob('station=a/year=2025/**/*.parquet').prefix).toBe('station=a/year=2025/');
    expect(compileGlob('a/data_2*.parquet').prefix).toBe('a/data_2');
    expect(compileGlob('a/b.parquet').prefix).toBe('a/b.parquet');
    const glob = compileGlob('station=*/year=2025/*.parquet');
    expect(['station=a/', 'station=a/year=2025/', ''].map((folder) => glob.mayHold(folder))).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ['x/', 'station=a/year=2024/', 'station=a/year=2025/month=1/'].map((folder) => glob.mayHold(folder)),
    ).toEqual([false, false, false]);
    expect(compileGlob('**/x.p').mayHold('any/where/')).toBe(true);
  });

  it('matches a text that is escaped, and only that', () => {
    const characters = fc.string({ unit: fc.constantFrom('a', '*', '?', '[', ']', '{', '}', ',', '!', '-', 'ä') });
    fc.assert(
      fc.property(characters, characters, (text, other) => {
        const patterns = expandBraces(escapeGlob(text));
        expect(patterns).toHaveLength(1);
        expect(matches(patterns[0] ?? '', text)).toBe(true);
        expect(matches(patterns[0] ?? '', other)).toBe(other === text);
      }),
    );
  });

  it('agrees with a regular expression on runs and single characters', () => {
    const unit = fc.constantFrom('a', 'b', '*', '?', '/');
    fc.assert(
      fc.property(
        fc.string({ unit }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 }),
        (raw, key) => {
          const pattern = raw.replaceAll('**', '*').replaceAll('**', '*');
          const expression = pattern.replaceAll('?', '[^/]').replace(/\*+/g, '[^/]*');
          expect(matches(pattern.replace(/\*+/g, '*'), key)).toBe(new RegExp(`^${expression}$`).test(key));
        },
      ),
    );
  });

  it('is quick where runs abound', () => {
    expect(matches(`${'*a'.repeat(40)}b`, 'a'.repeat(1000))).toBe(false);
  });
});

describe('expandBraces', () => {
  it('writes out every alternative once', () => {
    expect(expandBraces('a/{b,c}/{d,e{f,}}.p')).toEqual(
      expect.arrayContaining(['a/b/d.p', 'a/c/d.p', 'a/b/ef.p', 'a/c/e.p', 'a/b/e.p', 'a/c/ef.p']),
    );
    expect(expandBraces('a{b}c')).toEqual(['a{b}c']);
    expect(() => expandBraces('{a,b}'.repeat(20))).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from '../../ingest-tool/src/serve/key-order';
import type { ListingRequest } from '../../ingest-tool/src/serve/object-listing';
import { listSequence, placeOfKey, type KeySequence } from './key-sequence';

interface NaivePage {
  keys: string[];
  commonPrefixes: string[];
}

/** ListObjectsV2 by the letter of its documentation: filter, fold, cut. */
function listNaively(keys: string[], request: Omit<ListingRequest, 'continuationToken'>): NaivePage {
  const entries = new Map<string, boolean>();
  for (const key of keys) {
    if (!key.startsWith(request.prefix) || compareKeys(key, request.startAfter) <= 0) continue;
    const fold = request.delimiter === '' ? -1 : key.indexOf(request.delimiter, request.prefix.length);
    if (fold === -1) entries.set(key, false);
    else entries.set(key.slice(0, fold + request.delimiter.length), true);
  }
  const page = [...entries].slice(0, request.maxKeys);
  return {
    keys: page.flatMap(([text, folded]) => (folded ? [] : [text])),
    commonPrefixes: page.flatMap(([text, folded]) => (folded ? [text] : [])),
  };
}

const sequenceOf = (keys: string[]): KeySequence => ({ length: keys.length, at: (place) => keys[place] ?? '' });

const keyText = fc.stringMatching(/^[ab/=é\u{10000}\uffee]{1,7}$/u);
const sortedKeys = fc.uniqueArray(keyText, { maxLength: 40 }).map((keys) => keys.sort(compareKeys));
const prefixText = fc.oneof(fc.constant(''), fc.stringMatching(/^[ab/=é]{1,3}$/u));

describe('listSequence', () => {
  it('answers as a walk over all keys does, page by page to the end', () => {
    fc.assert(
      fc.property(
        sortedKeys,
        prefixText,
        fc.constantFrom('', '/', '='),
        fc.oneof(fc.constant(''), keyText),
        fc.integer({ min: 1, max: 5 }),
        (keys, prefix, delimiter, startAfter, maxKeys) => {
          const request = { prefix, delimiter, startAfter, maxKeys };
          const everything = listNaively(keys, { ...request, maxKeys: Infinity });
          const found: NaivePage = { keys: [], commonPrefixes: [] };
          let token: string | undefined;
          do {
            const page = listSequence(sequenceOf(keys), {
              ...request,
              ...(token === undefined ? {} : { continuationToken: token }),
            });
            expect(page.places.length + page.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
            found.keys.push(...page.places.map((place) => keys[place] ?? ''));
            found.commonPrefixes.push(...page.commonPrefixes);
            token = page.nextToken;
          } while (token !== undefined);
          expect(found).toEqual(everything);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('refuses a token it did not give out', () => {
    const keys = sequenceOf(['a', 'b']);
    const request = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1 };
    expect(() => listSequence(keys, { ...request, continuationToken: 'made up' })).toThrow('continuation token');
  });
});

describe('placeOfKey', () => {
  it('finds every key and nothing else', () => {
    fc.assert(
      fc.property(sortedKeys, keyText, (keys, other) => {
        for (const [place, key] of keys.entries()) expect(placeOfKey(sequenceOf(keys), key)).toBe(place);
        if (!keys.includes(other)) expect(placeOfKey(sequenceOf(keys), other)).toBeUndefined();
      }),
    );
  });
});

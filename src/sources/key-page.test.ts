import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from '../lake/literal';
import { pageOfKeys, type KeyPage } from './key-page';
import type { ListRequest } from './object-store';

/** What S3 documents, written down as slowly as it can be: everything that follows, folded and in one piece. */
function naive(sorted: string[], { prefix, delimiter, startAfter }: ListRequest): string[] {
  const after = sorted.filter((key) => key.startsWith(prefix) && compareUtf8(key, startAfter ?? '') > 0);
  const folded = after.map((key) => {
    const slash = delimiter === undefined ? -1 : key.indexOf('/', prefix.length);
    return slash < 0 ? key : key.slice(0, slash + 1);
  });
  return [...new Set(folded)];
}

function allPages(sorted: string[], request: ListRequest, pageSize: number): { items: string[]; pages: KeyPage[] } {
  const pages: KeyPage[] = [];
  let continuationToken: string | undefined;
  do {
    const page = pageOfKeys(
      sorted,
      { ...request, ...(continuationToken !== undefined && { continuationToken }) },
      pageSize,
    );
    pages.push(page);
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined && pages.length < 100);
  return { items: pages.flatMap(({ keys, prefixes }) => [...keys, ...prefixes].sort(compareUtf8)), pages };
}

const segment = fc.constantFrom('a', 'b', 'a=1', 'a=10', 'é', '😀', '\uFFFD', 'z');
const key = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));

describe('pageOfKeys', () => {
  it('lists, folds, starts after and pages as S3 does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 30 }),
        fc.oneof(
          fc.constant(''),
          key,
          key.map((text) => `${text}/`),
        ),
        fc.option(key, { nil: undefined }),
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        (keys, prefix, startAfter, folds, pageSize) => {
          const sorted = keys.sort(compareUtf8);
          const request: ListRequest = {
            prefix,
            ...(startAfter !== undefined && { startAfter }),
            ...(folds && { delimiter: '/' as const }),
          };
          const { items, pages } = allPages(sorted, request, pageSize);
          expect(items).toEqual(naive(sorted, request));
          for (const page of pages) expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(pageSize);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('has a token only where there is more', () => {
    const keys = Array.from({ length: 2001 }, (_, number) => `day/${String(number).padStart(4, '0')}`);
    expect(allPages(keys, { prefix: 'day/' }, 1000).pages.map((page) => page.keys.length)).toEqual([1000, 1000, 1]);
    expect(allPages(keys.slice(1), { prefix: '' }, 1000).pages).toHaveLength(2);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coalesceSpans, planReads, sizeOf } from './byte-ranges';
import { GAP_WORTH_READING, LARGEST_READ, LARGEST_RUN, REQUESTS_PER_READ, WASTE } from './limits';
import type { ParquetFooter } from './parquet-footer';

/** A file of row groups with the columns time, t (a struct of two) and note, each chunk of `size` bytes. */
function footerOf(groups: number, size: number): ParquetFooter {
  const columns = [['time'], ['T', 'value'], ['T', 'unit'], ['note']].map((path) => ({ path }));
  return {
    columns,
    rowGroups: Array.from({ length: groups }, (_, group) => ({
      rows: 10,
      chunks: columns.map((__, column) => {
        const start = 4 + (group * columns.length + column) * size;
        return { start, end: start + size, values: 10 };
      }),
    })),
  };
}

describe('planReads', () => {
  it('takes all leaves of a column, in any case, and nothing for one that the file lacks', () => {
    const [read] = planReads(footerOf(2, 100), [1], ['t', 'missing']);
    expect(read).toEqual({
      rowGroups: [1],
      chunks: [
        { start: 504, end: 604 },
        { start: 604, end: 704 },
      ],
    });
  });

  it('reads row groups together up to a size, and a larger one by itself', () => {
    const third = Math.floor(LARGEST_READ / 3);
    expect(planReads(footerOf(7, third), [0, 1, 2, 4, 5], ['time']).map((read) => read.rowGroups)).toEqual([
      [0, 1, 2],
      [4, 5],
    ]);
    expect(planReads(footerOf(2, LARGEST_READ + 1), [0, 1], ['time'])).toHaveLength(2);
    expect(planReads(footerOf(2, 9), [], ['time'])).toEqual([]);
  });
});

describe('coalesceSpans', () => {
  it('joins neighbours, reads small gaps along and leaves large ones out', () => {
    const near = { start: 10, end: 1 << 20 };
    const next = { start: near.end + GAP_WORTH_READING, end: 2 << 20 };
    const far = { start: 1 + next.end + GAP_WORTH_READING, end: 9 + next.end + GAP_WORTH_READING };
    expect(coalesceSpans([far, near, next])).toEqual([{ start: 10, end: next.end }, far]);
  });

  it('reads in vain no more than a small share of what is wanted, the smallest gaps first', () => {
    const wanted = 100_000;
    const gaps = [9000, 3000, 30_000, 1000];
    let start = 0;
    const spans = [0, ...gaps].map((gap) => {
      start += gap + wanted / 5;
      return { start: start - wanted / 5, end: start };
    });
    const ranges = coalesceSpans(spans);
    expect(ranges).toHaveLength(2);
    expect(sizeOf(ranges)).toBe(wanted + 9000 + 3000 + 1000);
    expect(sizeOf(ranges)).toBeLessThanOrEqual(wanted + WASTE.bytes);
  });

  it('reads wider gaps along where the requests would be many', () => {
    const spans = Array.from({ length: 200 }, (_, index) => ({
      start: index * 100_000,
      end: index * 100_000 + 60_000,
    }));
    const ranges = coalesceSpans(spans);
    expect(ranges.length).toBeLessThanOrEqual(REQUESTS_PER_READ);
    expect(sizeOf(ranges)).toBeLessThanOrEqual(2 * sizeOf(spans));
    const sparse = spans.map(({ start, end }) => ({ start: start * 10, end: start * 9 + end }));
    expect(coalesceSpans(sparse)).toHaveLength(200);
  });

  it('covers every span with ranges that do not overlap and are none too long', () => {
    const span = fc
      .tuple(fc.nat(40 << 20), fc.integer({ min: 1, max: 9 << 20 }))
      .map(([start, length]) => ({ start, end: start + length }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        const ranges = coalesceSpans(spans);
        for (const { start, end } of ranges) {
          expect(end).toBeGreaterThan(start);
          expect(end - start).toBeLessThanOrEqual(LARGEST_RUN);
        }
        ranges.slice(1).forEach((range, index) => {
          expect(range.start).toBeGreaterThanOrEqual(ranges[index]?.end ?? Infinity);
        });
        for (const { start, end } of spans) {
          const covered = ranges.map((range) => Math.min(end, range.end) - Math.max(start, range.start));
          expect(covered.reduce((sum, length) => sum + Math.max(0, length), 0)).toBe(end - start);
        }
        expect(sizeOf(ranges)).toBeGreaterThanOrEqual(Math.max(0, ...spans.map(({ start, end }) => end - start)));
      }),
    );
  });
});

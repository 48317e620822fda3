import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowWindow, scrollTopFor } from './row-window';

const HEIGHT = 24;
const TALLEST = 12_000_000;
const heightOf = (rows: number) => Math.min(rows * HEIGHT, TALLEST);

describe('the window of rows', () => {
  it('covers what is seen and adds up to the height of the table, to a million rows and beyond', () => {
    const count = fc.integer({ min: 0, max: 3_000_000 });
    const pixels = fc.integer({ min: 0, max: 30_000_000 });
    fc.assert(
      fc.property(count, pixels, fc.integer({ min: 1, max: 2000 }), (rowCount, scroll, viewHeight) => {
        const scrollTop = Math.min(scroll, Math.max(0, heightOf(rowCount) - viewHeight));
        const { first, end, above, below } = rowWindow({ rowCount, rowHeight: HEIGHT, scrollTop, viewHeight });
        const drawn = (end - first) * HEIGHT;
        expect(above + drawn + below).toBeCloseTo(Math.max(heightOf(rowCount), drawn), 3);
        expect(above).toBeLessThanOrEqual(scrollTop + 1e-6);
        expect(above + drawn).toBeGreaterThanOrEqual(Math.min(heightOf(rowCount), scrollTop + viewHeight) - 1e-6);
        expect(end - first).toBeLessThan(viewHeight / HEIGHT + 20);
      }),
    );
  });

  it('reaches every row: the first at the top, the last at the bottom, any by its number', () => {
    for (const rowCount of [100, 1_000_000, 2_345_678]) {
      const table = { rowCount, rowHeight: HEIGHT, viewHeight: 300 };
      expect(rowWindow({ ...table, scrollTop: 0 }).first).toBe(0);
      expect(rowWindow({ ...table, scrollTop: heightOf(rowCount) - 300 }).end).toBe(rowCount);
      for (const row of [0, 7, rowCount >> 1, rowCount - 1]) {
        const scrollTop = scrollTopFor(row, { ...table, scrollTop: 400 });
        const { first, end } = rowWindow({ ...table, scrollTop });
        expect(first).toBeLessThanOrEqual(row);
        expect(end).toBeGreaterThan(row);
      }
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowWindow } from './row-window';

describe('the window of rows', () => {
  it('covers what is seen and adds up to the whole table', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const pixels = fc.integer({ min: 0, max: 30_000_000 });
    fc.assert(
      fc.property(count, pixels, fc.integer({ min: 1, max: 2000 }), (rows, scroll, view) => {
        const top = Math.min(scroll, Math.max(0, rows * 24 - view));
        const { first, end, above, below } = rowWindow(rows, 24, top, view);
        expect(above + (end - first) * 24 + below).toBe(rows * 24);
        expect(above).toBeLessThanOrEqual(top);
        expect(end * 24).toBeGreaterThanOrEqual(Math.min(rows * 24, top + view));
        expect(end - first).toBeLessThan(view / 24 + 20);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOutline, parseOutline, roundedOutline } from './outline';
import { insideTest } from './polygon';
import type { LongitudeLatitude } from './sphere';

const blob = (corners: number, size: number): LongitudeLatitude[] =>
  Array.from({ length: corners }, (_, at) => {
    const [angle, far] = [(2 * Math.PI * at) / corners, size * (1 + 0.3 * Math.sin((10 * Math.PI * at) / corners))];
    return [-60.123456 + far * Math.cos(angle), 30.654321 + far * Math.sin(angle)];
  });

describe('an outline that a link can carry', () => {
  it('has few corners and no more decimals than its size needs, and lies where it was drawn', () => {
    for (const [size, decimals] of [
      [20, 2],
      [0.02, 5],
    ] as const) {
      const drawn = blob(800, size);
      const outline = roundedOutline(drawn);
      expect(outline.length).toBeLessThanOrEqual(96);
      expect(formatOutline(outline).length).toBeLessThan(1800);
      for (const degrees of outline.flat()) expect(degrees).toBe(Number(degrees.toFixed(decimals)));
      const [inside, before] = [insideTest([[outline]]), insideTest([[drawn]])];
      const places = blob(400, 0.9 * size).concat(blob(400, 1.1 * size));
      expect(places.every(([x, y]) => inside(x, y) === before(x, y))).toBe(true);
    }
  });

  it('is none where nothing was marked out', () => {
    expect(roundedOutline([])).toEqual([]);
    expect(roundedOutline(Array.from({ length: 3 }, () => [1, 1]))).toEqual([]);
  });

  it('is read as it was written', () => {
    const corner = fc.tuple(fc.integer({ min: -5400, max: 5400 }), fc.integer({ min: -900, max: 900 }));
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 96 }), (tenths) => {
        const ring = tenths.map(([x, y]): LongitudeLatitude => [x / 10 + 0, y / 10 + 0]);
        expect(parseOutline(formatOutline(ring))).toEqual(ring);
      }),
    );
    for (const wrong of ['', '1,2~3,4', '1,2~3,4~5,91', '1,2~3,4~5', '1,2~3,4~5,6,7', '1,2~3,4~ ,6', '1,2~a,4~5,6']) {
      expect(parseOutline(wrong), wrong).toBeUndefined();
    }
    expect(parseOutline(Array.from({ length: 97 }, () => '1,2').join('~'))).toBeUndefined();
  });
});

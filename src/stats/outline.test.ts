import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cornersOf, formatOutline, parseOutline, roundedOutline, wholeOutline } from './outline';
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
      const outline = roundedOutline([drawn]);
      expect(cornersOf(outline)).toBeLessThanOrEqual(192);
      expect(formatOutline(outline).length).toBeLessThan(1800);
      for (const degrees of outline.flat(2)) expect(degrees).toBe(Number(degrees.toFixed(decimals)));
      const [inside, before] = [insideTest([outline]), insideTest([[drawn]])];
      const places = blob(400, 0.9 * size).concat(blob(400, 1.1 * size));
      expect(places.every(([x, y]) => inside(x, y) === before(x, y))).toBe(true);
    }
  });

  it('is none where nothing was marked out', () => {
    expect(roundedOutline([])).toEqual([]);
    expect(roundedOutline([Array.from({ length: 3 }, () => [1, 1])])).toEqual([]);
  });

  it('has the parts and islands that can be seen, and all corners where these are few', () => {
    const speck: LongitudeLatitude[] = blob(8, 0.001);
    const parts = [blob(800, 20), blob(300, 2).map(([x, y]): LongitudeLatitude => [x + 60, y]), blob(300, 1), speck];
    const outline = roundedOutline(parts);
    expect(outline.length).toBe(3);
    expect(cornersOf(outline)).toBeLessThanOrEqual(192);
    const inside = insideTest([outline]);
    expect([inside(-60, 45), inside(0, 30.6), inside(-60.1, 30.6)]).toEqual([true, true, false]);
    expect(wholeOutline(parts)).toBeUndefined();
    expect(wholeOutline([speck, blob(100, 3)])?.map(({ length }) => length)).toEqual([8, 100]);
  });

  it('is read as it was written', () => {
    const corner = fc.tuple(fc.integer({ min: -5400, max: 5400 }), fc.integer({ min: -900, max: 900 }));
    fc.assert(
      fc.property(
        fc.array(fc.array(corner, { minLength: 3, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        (tenths) => {
          const rings = tenths.map((ring) => ring.map(([x, y]): LongitudeLatitude => [x / 10 + 0, y / 10 + 0]));
          expect(parseOutline(formatOutline(rings))).toEqual(rings);
        },
      ),
    );
    for (const wrong of [
      '',
      '1,2~3,4',
      '1,2~3,4~5,91',
      '1,2~3,4~5',
      '1,2~3,4~5,6,7',
      '1,2~3,4~ ,6',
      '1,2~a,4~5,6',
      ';',
      '1,2~3,4~5,6;',
    ]) {
      expect(parseOutline(wrong), wrong).toBeUndefined();
    }
    expect(parseOutline(Array.from({ length: 193 }, () => '1,2').join('~'))).toBeUndefined();
  });
});

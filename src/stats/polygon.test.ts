import { describe, expect, it } from 'vitest';
import { insideTest, type Polygon } from './polygon';

const SQUARE: Polygon = [
  [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
    [0, 0],
  ],
  [
    [4, 4],
    [6, 4],
    [6, 6],
    [4, 6],
  ],
];

describe('lying in a polygon', () => {
  it('leaves out what is in its holes and beside it', () => {
    const inside = insideTest([SQUARE]);
    expect(inside(1, 1)).toBe(true);
    expect(inside(5, 5)).toBe(false);
    expect(inside(11, 5)).toBe(false);
    expect(inside(5, -1)).toBe(false);
  });

  it('holds across the antimeridian, however longitudes are told', () => {
    const dateline: Polygon = [
      [
        [170, -10],
        [190, -10],
        [190, 10],
        [170, 10],
      ],
    ];
    const inside = insideTest([dateline]);
    expect([175, -175, 185, -535].map((longitude) => inside(longitude, 0))).toEqual([true, true, true, true]);
    expect([165, -165, 0].map((longitude) => inside(longitude, 0))).toEqual([false, false, false]);
  });

  it('is lying in any of several', () => {
    const inside = insideTest([SQUARE, SQUARE.map((ring) => ring.map(([x, y]) => [x + 20, y] as [number, number]))]);
    expect(inside(21, 1)).toBe(true);
    expect(inside(25, 5)).toBe(false);
  });
});

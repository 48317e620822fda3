import { expect, it } from 'vitest';
import { roseWedges, wedgePath } from './rose-sectors';

it('puts classes of speed on each other, as shares of all readings, calms among them', () => {
  const rose = roseWedges({ sectors: [0, NaN, 0, 4], speedClasses: [1, NaN, 0, 2], n: [30, 10, 40, 20] });
  expect(rose).toMatchObject({ classes: 3, n: 100 });
  expect(rose.calm).toBeCloseTo(0.1, 12);
  expect(rose.largest).toBeCloseTo(0.7, 12);
  expect(
    rose.wedges.map(({ sector, speedClass, from, to }) => [sector, speedClass, from.toFixed(2), to.toFixed(2)]),
  ).toEqual([
    [0, 0, '0.00', '0.40'],
    [0, 1, '0.40', '0.70'],
    [4, 2, '0.00', '0.20'],
  ]);
  expect(roseWedges({ sectors: [], speedClasses: [], n: [] })).toMatchObject({ largest: 0, classes: 0, n: 0 });
});

it('draws wedges clockwise from north', () => {
  expect(wedgePath(0, 90, 0, 10)).toBe('M0.00,0.00L0.00,-10.00A10,10 0 0 1 10.00,-0.00L0.00,0.00Z');
  expect(wedgePath(0, 90, 5, 10)).toContain('A5,5 0 0 0 0.00,-5.00');
});

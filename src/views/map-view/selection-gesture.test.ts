import { expect, it } from 'vitest';
import { wrapLongitude } from '../../stats/sphere';
import { isMeant, outlineOf, outlineOnEarth } from './selection-gesture';

it('a box is marked out by two corners, a lasso by all of its way', () => {
  const path: [number, number][] = [
    [10, 10],
    [15, 40],
    [30, 20],
  ];
  expect(outlineOf('box', path)).toEqual([
    [10, 10],
    [30, 10],
    [30, 20],
    [10, 20],
  ]);
  expect(outlineOf('lasso', path)).toEqual(path);
  expect(outlineOf('box', [])).toEqual([]);
});

it('a click marks nothing out', () => {
  expect(isMeant(outlineOf('box', [[10, 10]]))).toBe(false);
  expect(
    isMeant(
      outlineOf('box', [
        [10, 10],
        [12, 60],
      ]),
    ),
  ).toBe(false);
  expect(
    isMeant(
      outlineOf('box', [
        [10, 10],
        [30, 60],
      ]),
    ),
  ).toBe(true);
});

it('an outline over the antimeridian stays in one piece', () => {
  const longitudes = [170, 178, -176, -170];
  const ring = outlineOnEarth(
    longitudes.map((_, index) => [index, 0]),
    ([x]) => ({ lng: longitudes[Math.ceil(x)] ?? 0, lat: 5 }),
  );
  expect(ring.map(([longitude]) => longitude)).toEqual([170, 178, 184, 190]);
});

it('a box around most of the Earth goes the long way', () => {
  const corners = outlineOf('box', [
    [0, 10],
    [300, 60],
  ]);
  const ring = outlineOnEarth(corners, ([x, y]) => ({ lng: wrapLongitude(x - 150), lat: y }));
  expect(ring.map(([longitude]) => longitude)).toEqual([-150, 150, 150, -150]);
});

import { expect, it } from 'vitest';
import { SWATCH_ROW, swatchPlaces } from './legend';

it('puts names into rows, and leaves out what does not fit into them', () => {
  const names = Array.from({ length: 17 }, (_, index) => `sbe37-${3200 + index}`);
  const places = swatchPlaces(names, 600, 3);
  expect(places).toHaveLength(17);
  expect(new Set(places.map(({ y }) => y))).toEqual(new Set([0, SWATCH_ROW, 2 * SWATCH_ROW]));
  expect(places.every(({ x }) => x + 22 + 6.2 * 10 <= 600)).toBe(true);
  expect(swatchPlaces(names, 300, 2)).toHaveLength(6);
  expect(swatchPlaces(['wider than all the room'], 20, 1)).toEqual([{ x: 0, y: 0 }]);
});

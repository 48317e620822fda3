import { sigma0 } from '@tidelake/lake-format';
import { expect, it } from 'vitest';
import { densityLabels } from './density-contour';

it('finds where lines of equal density leave the diagram', () => {
  const density = (salinity: number, temperature: number) => sigma0(salinity, temperature, 0);
  const bounds = { low: { salinity: 34, temperature: 2 }, high: { salinity: 37, temperature: 28 } };
  const labels = densityLabels(density, [22, 24, 26, 28, 40], bounds);
  expect(labels.map(({ level }) => level)).toEqual([22, 24, 26, 28]);
  for (const { level, salinity, temperature } of labels) expect(density(salinity, temperature)).toBeCloseTo(level, 9);
  expect(labels.map(({ salinity }) => salinity === 37)).toEqual([false, true, true, true]);
});

import { expect, it } from 'vitest';
import { lookOf } from './variable-look';

const variable = (name: string, others: object = {}) => lookOf({ name, type: 'double', role: 'variable', ...others });

it('tells how a variable is to be drawn from what is said about it', () => {
  expect(variable('temperature', { unit: 'degC', longName: 'Sea temperature' })).toEqual({
    ...{ name: 'Sea temperature', unit: '°C', label: 'Sea temperature (°C)' },
    ...{ reversed: false, isDirection: false, isCount: false },
  });
  expect(variable('pressure').reversed).toBe(true);
  expect(variable('p', { standardName: 'sea_water_pressure' }).reversed).toBe(true);
  expect(variable('p', { standardName: 'air_pressure' }).reversed).toBe(false);
  expect(variable('wdir', { standardName: 'wind_from_direction' }).isDirection).toBe(true);
  expect(variable('larvae_count').isCount).toBe(true);
  expect(variable('n', { standardName: 'number_of_observations' }).isCount).toBe(true);
});

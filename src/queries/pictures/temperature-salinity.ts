import { findSalinity, findTemperature, findWaterPressure } from '../find-variable';
import type { Picture } from './picture';
import { classSql, readingsSql } from './readings-sql';

const CLASSES = { salinity: 160, temperature: 120 };

/** Temperature against salinity, with lines of equal density. */
export const temperatureSalinity: Picture = {
  id: 'ts',
  title: 'T–S diagram',
  method: [
    `Each dot is the mean of the readings in one of ${CLASSES.salinity} × ${CLASSES.temperature} classes of salinity and temperature, coloured by their mean depth. Temperature is potential temperature (°C, referred to the surface) where the lake has pressure, or depth, which then is taken as pressure (1 m as 1 dbar); else it is as measured.`,
    'The lines are potential density anomaly σ₀ (kg m⁻³ above 1000), by the Gibbs function of TEOS-10 (IAPWS-08 and -09). Absolute Salinity is taken as Reference Salinity, 35.16504 / 35 of Practical Salinity, which in the open ocean is within 0.025 g kg⁻¹.',
  ],
  ask(input) {
    const temperature = findTemperature(input.columns);
    const salinity = findSalinity(input.columns);
    if (!temperature || !salinity) {
      return {
        reason: `A T–S diagram needs temperature and salinity, and this lake has no ${temperature ? 'salinity' : salinity ? 'temperature' : 'column of either'}.`,
      };
    }
    const pressure = findWaterPressure(input.columns);
    const below = pressure?.name ?? input.roles.depth;
    return {
      variables: [salinity, temperature],
      needs: below === undefined ? [] : [below],
      sql: [
        `${readingsSql(input, { salinity: salinity.name, temperature: temperature.name, ...(below !== undefined && { below }) })}, limits AS (`,
        '  SELECT min(salinity) AS freshest, max(salinity) AS saltiest, min(temperature) AS coldest, max(temperature) AS warmest',
        '  FROM readings',
        ')',
        'SELECT avg(salinity) AS salinity, avg(temperature) AS temperature,',
        `  ${below === undefined ? 'NULL::DOUBLE' : 'avg(below)'} AS pressure, count(*) AS n`,
        'FROM readings, limits',
        `GROUP BY ${classSql('readings.salinity', 'freshest', 'saltiest', CLASSES.salinity)},`,
        `  ${classSql('readings.temperature', 'coldest', 'warmest', CLASSES.temperature)}`,
        'ORDER BY pressure DESC NULLS LAST, n',
      ].join('\n'),
    };
  },
};

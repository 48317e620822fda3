import { describe, expect, it } from 'vitest';
import { potentialTemperature, referenceSalinity, sigma0 } from './sea-water-density';

// The standard cast of the documentation of the Gibbs SeaWater toolbox, and what its version 3.6 gives.
const practicalSalinities = [34.5487, 34.7275, 34.8605, 34.681, 34.568, 34.56];
const absoluteSalinities = [34.7118, 34.8915, 35.0256, 34.8472, 34.7366, 34.7324];
const temperatures = [28.7856, 28.4329, 22.8103, 10.26, 6.8863, 4.4036];
const pressures = [10, 50, 125, 250, 600, 1000];

describe('the density of sea water', () => {
  it('scales practical to reference salinity', () => {
    const expected = [
      34.71161192708571, 34.89125504571429, 35.02488219771429, 34.84453577828571, 34.731002934857145, 34.72296521142857,
    ];
    practicalSalinities.forEach((salinity, index) => {
      expect(referenceSalinity(salinity)).toBeCloseTo(expected[index] ?? NaN, 12);
    });
  });

  it('gives the potential temperatures of the toolbox to a billionth of a degree', () => {
    const expected = [
      28.783196819670632, 28.420983342398962, 22.78493039911711, 10.23052366109573, 6.8292302244096605,
      4.324510571845719,
    ];
    expected.forEach((potential, index) => {
      const found = potentialTemperature(
        absoluteSalinities[index] ?? NaN,
        temperatures[index] ?? NaN,
        pressures[index] ?? NaN,
      );
      expect(Math.abs(found - potential)).toBeLessThan(1e-9);
    });
  });

  it('gives the potential density of the Gibbs function, and of the 75-term fit within its error', () => {
    const exact = [
      21.798005293244955, 22.052301281074392, 23.89304188158701, 26.665552145356287, 27.10284032251616,
      27.402169860553613,
    ];
    const fitted = [
      21.79775372786378, 22.052023110987193, 23.89245016174766, 26.665541566810134, 27.102988101747542,
      27.402290260973814,
    ];
    exact.forEach((density, index) => {
      const found = sigma0(practicalSalinities[index] ?? NaN, temperatures[index] ?? NaN, pressures[index] ?? NaN);
      expect(Math.abs(found - density)).toBeLessThan(1e-8);
      expect(Math.abs(found - (fitted[index] ?? NaN))).toBeLessThan(1e-3);
    });
  });

  it('holds from fresh to very salt, from freezing to the deep', () => {
    const casts = [
      [0, 4, 0, -0.02512693455776116],
      [2, -0.1, 30, 1.4733972873398216],
      [15, 25, 5, 8.300397611027051],
      [41, -1.8, 0, 33.05772620613607],
      [38.5, 13.2, 2500, 29.147113825452152],
      [35, 1.2, 6000, 28.069230341338198],
    ] as const;
    for (const [salinity, temperature, pressure, expected] of casts) {
      expect(Math.abs(sigma0(salinity, temperature, pressure) - expected)).toBeLessThan(1e-8);
    }
  });

  it('is NaN where an input is, and takes a sensor that reads below no salt as fresh water', () => {
    expect(sigma0(NaN, 10, 0)).toBeNaN();
    expect(sigma0(35, NaN, 0)).toBeNaN();
    expect(sigma0(-0.01, 4, 0)).toBe(sigma0(0, 4, 0));
  });
});

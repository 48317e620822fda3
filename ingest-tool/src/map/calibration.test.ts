import { describe, expect, it } from 'vitest';
import {
  type Calibration,
  calibrationAt,
  calibrationConfig,
  CalibrationError,
  calibrationName,
  indexCalibrations,
  polynomialAt,
} from './calibration';

const at = (text: string): number => Date.parse(text) * 1000;
const parse = (config: object): Calibration => calibrationConfig.parse({ device: 'mast', column: 'speed', ...config });

describe('calibrations', () => {
  it('apply a slope and an offset, or a polynomial, from the day they hold to the day they end', () => {
    const lookup = indexCalibrations([
      parse({ id: 'b', polynomial: [1, 0, 2], validFrom: '2020-03-01', validTo: '2020-04-01' }),
      parse({ id: 'a', slope: 2, offset: 0.5, validTo: '2020-03-01T00:00:00Z' }),
    ]);
    const own = lookup('mast', 'speed');
    expect(own.map(({ id }) => id)).toEqual(['a', 'b']);
    const applied = (time: string): number => calibrationAt(own, at(time));
    expect(['1990-01-01', '2020-02-29T23:59:59.999Z', '2020-03-01', '2020-03-31', '2020-04-01'].map(applied)).toEqual([
      0, 0, 1, 1, -1,
    ]);
    expect(own.map(({ coefficients }) => polynomialAt(coefficients, 3))).toEqual([6.5, 19]);
    expect(polynomialAt([1, 0, 2], NaN)).toBeNaN();
  });

  it('leave a device without any as it is', () => {
    expect(calibrationAt(indexCalibrations([])('x', 'y'), 0)).toBe(-1);
  });

  it('are called by their id, or by column and first day', () => {
    expect(calibrationName(parse({ id: '17/3', slope: 2 }))).toBe('17/3');
    expect(calibrationName(parse({ slope: 2, validFrom: '2020-01-01' }))).toBe('speed since 2020-01-01T00:00:00.000Z');
  });

  it('must not overlap for one sensor, but may for two', () => {
    const first = parse({ id: '17/3', slope: 2, validFrom: '2020-01-01', validTo: '2021-01-01' });
    const second = parse({ slope: 3, validFrom: '2020-06-01' });
    expect(() => indexCalibrations([second, first])).toThrow(CalibrationError);
    expect(() => indexCalibrations([second, first])).toThrow(
      'calibration 17/3 of mast speed (2020-01-01T00:00:00.000Z to 2021-01-01T00:00:00.000Z) and calibration of mast speed ' +
        '(2020-06-01T00:00:00.000Z to ever) overlap: end the first where the second begins',
    );
    expect(indexCalibrations([first, { ...second, device: 'other' }])('other', 'speed')).toHaveLength(1);
    expect(() => indexCalibrations([parse({ slope: 1, validFrom: '2021-01-01', validTo: '2020-01-01' })])).toThrow(
      'ends before it begins',
    );
  });

  it('are either linear or polynomial', () => {
    const problem = (config: object): string | undefined =>
      calibrationConfig.safeParse({ device: 'd', column: 'v', ...config }).error?.issues[0]?.message;
    expect(problem({})).toBe('give slope and offset, or polynomial');
    expect(problem({ slope: 1, polynomial: [1] })).toBe('give slope and offset, or polynomial');
    expect(problem({ offset: -0.2 })).toBeUndefined();
  });
});

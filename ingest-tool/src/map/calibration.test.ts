import { describe, expect, it } from 'vitest';
import { type Calibration, calibrate, calibrationConfig, CalibrationError, indexCalibrations } from './calibration';

const at = (text: string): number => Date.parse(text) * 1000;
const parse = (config: object): Calibration =>
  calibrationConfig.parse({ device: 'mast', variable: 'speed', ...config });

describe('calibrations', () => {
  it('apply a slope and an offset, or a polynomial, from the day they hold to the day they end', () => {
    const lookup = indexCalibrations([
      parse({ id: 'b', polynomial: [1, 0, 2], validFrom: '2020-03-01', validTo: '2020-04-01' }),
      parse({ id: 'a', slope: 2, offset: 0.5, validTo: '2020-03-01T00:00:00Z' }),
    ]);
    const own = lookup('mast', 'speed');
    expect(own.map(({ id }) => id)).toEqual(['a', 'b']);
    const times = ['1990-01-01', '2020-02-29T23:59:59.999Z', '2020-03-01', '2020-03-31', '2020-04-01', '2020-01-01'];
    const { values, applied } = calibrate(Float64Array.of(1, 2, 3, NaN, 5, 6), Float64Array.from(times, at), own);
    expect([...values]).toEqual([2.5, 4.5, 19, NaN, 5, 12.5]);
    expect([...applied]).toEqual([0, 0, 1, 1, -1, 0]);
  });

  it('leave a device without any as it is', () => {
    const { values, applied } = calibrate(
      Float32Array.of(1, 2),
      Float64Array.of(0, 1),
      indexCalibrations([])('x', 'y'),
    );
    expect([...values, ...applied]).toEqual([1, 2, -1, -1]);
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
      calibrationConfig.safeParse({ device: 'd', variable: 'v', ...config }).error?.issues[0]?.message;
    expect(problem({})).toBe('give slope and offset, or polynomial');
    expect(problem({ slope: 1, polynomial: [1] })).toBe('give slope and offset, or polynomial');
    expect(problem({ offset: -0.2 })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { bandPath, flagPath, seriesPath } from './series-path';

const times = Float64Array.of(0, 10, 20, 30, 100, 110, 300);
const same = (value: number) => value;
const log = (value: number) => (value > 0 ? Math.log10(value) : Number.NaN);

describe('the path of a series', () => {
  it('breaks at long steps, and keeps lone readings visible', () => {
    const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7);
    expect(seriesPath({ times, values }, 30, 'line', same, same)).toEqual({
      joined: 'M0,1L10,2L20,3L30,4M100,5L110,6',
      alone: 'M300,7h0',
    });
  });

  it('breaks at a missing value, and where a value has no place on the axis', () => {
    const values = Float64Array.of(1, Number.NaN, 10, 100, 0, 1, 10);
    expect(seriesPath({ times, values }, 1000, 'line', same, log)).toEqual({
      joined: 'M20,1L30,2M110,0L300,1',
      alone: 'M0,0h0',
    });
  });

  it('keeps a value until the next one where it counts, and joins nothing that turns around', () => {
    const values = Float64Array.of(1, 1, 3, 3, 5, 5, 7);
    expect(seriesPath({ times, values }, 70, 'step', same, same).joined).toBe('M0,1H10V1H20V3H30V3H100V5H110V5');
    expect(seriesPath({ times, values }, 70, 'dots', same, same)).toEqual({
      joined: '',
      alone: 'M0,1h0M10,1h0M20,3h0M30,3h0M100,5h0M110,5h0M300,7h0',
    });
  });
});

it('closes a band around each run of readings', () => {
  const [low, high] = [Float64Array.of(1, 1, NaN, 2, 2, 9, 9), Float64Array.of(3, 4, 4, 5, 6, 9, NaN)];
  expect(bandPath(times, low, high, 80, same, same)).toBe('M0,3L10,4L10,1L0,1ZM30,5L100,6L110,9L110,9L100,2L30,2Z');
});

it('marks flags by shape', () => {
  const values = Float64Array.of(1, NaN, 3, NaN, NaN, NaN, NaN);
  expect(flagPath({ times, values }, 'suspect', same, same)).toBe('M0,1m0,-5l4.5,8h-9zM20,3m0,-5l4.5,8h-9z');
  expect(flagPath({ times, values }, 'fail', same, same)).toMatch(/^M0,1m-3.5,-3.5l7,7/);
});

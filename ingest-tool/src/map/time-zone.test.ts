import { describe, expect, it } from 'vitest';
import { zoneOffset } from './time-zone';

const HOUR = 3_600_000_000;
const local = (...time: [number, number, number, number, number?]): number => {
  const [year, month, day, hour, minute = 0] = time;
  return Date.UTC(year, month - 1, day, hour, minute) * 1000;
};

describe('time zones', () => {
  it.each([
    ['UTC', 0],
    ['Z', 0],
    ['+01:00', 1],
    ['-0930', -9.5],
    ['UTC-5', -5],
  ])('knows the fixed offset %s', (zone, hours) => {
    expect(zoneOffset(zone)?.(0)).toBe(hours * HOUR);
  });

  it('follows summer time, and reads the hour that comes twice as the first', () => {
    const berlin = zoneOffset('Europe/Berlin');
    expect(berlin?.(local(2024, 1, 15, 12))).toBe(HOUR);
    expect(berlin?.(local(2024, 7, 15, 12))).toBe(2 * HOUR);
    expect(berlin?.(local(2024, 10, 27, 1, 59))).toBe(2 * HOUR);
    expect(berlin?.(local(2024, 10, 27, 2, 30))).toBe(2 * HOUR);
    expect(berlin?.(local(2024, 10, 27, 3))).toBe(HOUR);
    expect(berlin?.(local(2024, 3, 31, 1, 59))).toBe(HOUR);
    expect(berlin?.(local(2024, 3, 31, 2, 30))).toBe(HOUR);
    expect(berlin?.(local(2024, 3, 31, 3))).toBe(2 * HOUR);
  });

  it('follows zones west of Greenwich and of half hours', () => {
    expect(zoneOffset('America/St_Johns')?.(local(2024, 7, 1, 0))).toBe(-2.5 * HOUR);
    expect(zoneOffset('America/New_York')?.(local(2024, 11, 3, 1, 30))).toBe(-4 * HOUR);
  });

  it.each(['', 'Europe/Atlantis', '25 o clock'])('does not know %j', (zone) => {
    expect(zoneOffset(zone)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { positionProblem, timeProblem } from './row-checks';

const at = (iso: string): number => Date.parse(iso) * 1000;
const NOW = at('2026-11-21T00:00:00Z');

describe('the checks of a row', () => {
  it('let a time pass from 1990 to a day after it was received', () => {
    const received = at('2024-06-01T00:00:00Z');
    expect(timeProblem(at('1990-01-01T00:00:00Z'), received, NOW)).toBeUndefined();
    expect(timeProblem(at('2024-06-02T00:00:00Z'), received, NOW)).toBeUndefined();
    expect(timeProblem(at('1989-12-31T23:59:59Z'), received, NOW)).toContain('before 1990');
    expect(timeProblem(at('2024-06-02T00:00:01Z'), received, NOW)).toContain('received at 2024-06-01');
  });

  it('measure the future from now where the time of receipt is unknown', () => {
    expect(timeProblem(at('2026-11-22T00:00:00Z'), Number.NaN, NOW)).toBeUndefined();
    expect(timeProblem(at('2026-11-22T00:00:01Z'), Number.NaN, NOW)).toContain('after now');
    expect(timeProblem(9e21, Number.NaN, NOW)).toContain('µs');
    expect(timeProblem(Number.NaN, Number.NaN, NOW)).toContain('absent');
  });

  it('let any place on the globe pass, its edges included', () => {
    expect(positionProblem(90, -180)).toBeUndefined();
    expect(positionProblem(-90, 180)).toBeUndefined();
    expect(positionProblem(Number.NaN, Number.NaN)).toBeUndefined();
    expect(positionProblem(90.0001, 0)).toContain('latitude');
    expect(positionProblem(0, -180.0001)).toContain('longitude');
  });
});

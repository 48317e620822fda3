import { describe, expect, it } from 'vitest';
import { daysOfRange, timeBoundsOf } from './time-partitions';

function say(partition: Record<string, string | null>, exact = true): string | undefined {
  const bounds = timeBoundsOf(partition, exact);
  const text = (literal: { value: unknown } | undefined) =>
    new Date(Math.floor(Number(literal?.value) / 1000)).toISOString();
  return bounds && `${text(bounds.min)} … ${text(bounds.max)}`;
}

describe('timeBoundsOf', () => {
  it.each([
    [{ year: '2024' }, '2024-01-01T00:00:00.000Z … 2024-12-31T23:59:59.999Z'],
    [{ year: '2024', month: '2' }, '2024-02-01T00:00:00.000Z … 2024-02-29T23:59:59.999Z'],
    [{ Year: '2024', MONTH: '12', Day: '31' }, '2024-12-31T00:00:00.000Z … 2024-12-31T23:59:59.999Z'],
    [{ year: '2024', month: '02', day: '29', hour: '07' }, '2024-02-29T07:00:00.000Z … 2024-02-29T07:59:59.999Z'],
    [{ date: '2024-02-29' }, '2024-02-29T00:00:00.000Z … 2024-02-29T23:59:59.999Z'],
    [{ date: '2024-02-29', hour: '23' }, '2024-02-29T23:00:00.000Z … 2024-02-29T23:59:59.999Z'],
    [{ year: '2024', day: '5' }, '2024-01-01T00:00:00.000Z … 2024-12-31T23:59:59.999Z'],
  ])('%j', (partition, expected) => {
    expect(say(partition)).toBe(expected);
  });

  it.each([
    {},
    { month: '02' },
    { day: '01' },
    { month: '02', day: '01', hour: '3' },
    { year: '25', month: '02' },
    { year: null },
    { year: '2023', month: '2', day: '29' },
    { date: '24.02.2024' },
    { date: '2024-13-01' },
    { date: null },
    { station: '2024' },
  ])('%j implies nothing', (partition) => {
    expect(timeBoundsOf(partition, true)).toBeUndefined();
  });

  it('widens to the larger folder where a smaller one says nothing', () => {
    expect(say({ year: '2024', month: '2', day: null })).toBe('2024-02-01T00:00:00.000Z … 2024-02-29T23:59:59.999Z');
    expect(say({ year: '2024', month: '13' })).toBe('2024-01-01T00:00:00.000Z … 2024-12-31T23:59:59.999Z');
  });

  it('leaves a day on both sides of a folder of a foreign lake', () => {
    expect(say({ date: '2024-02-29' }, false)).toBe('2024-02-28T00:00:00.000Z … 2024-03-01T23:59:59.999Z');
  });

  it('includes the last microsecond and not the next', () => {
    expect(timeBoundsOf({ date: '1970-01-01' }, true)?.max).toEqual({ type: 'timestamp', value: 86_400_000_000 - 1 });
  });
});

describe('daysOfRange', () => {
  it('gives the folders of a range, with slack on a foreign lake', () => {
    const range = {
      min: { type: 'timestamp', value: 0 },
      max: { type: 'timestamp', value: 86_400_000_000 },
    } as const;
    expect(daysOfRange(range, true)).toEqual({ first: 0, last: 1 });
    expect(daysOfRange(range, false)).toEqual({ first: -1, last: 2 });
  });

  it('leaves open and infinite ends open', () => {
    expect(daysOfRange({ max: { type: 'timestamp', value: Infinity } }, false)).toEqual({
      first: undefined,
      last: undefined,
    });
  });
});

import { expect, it } from 'vitest';
import { instant } from './instant';

it('reads dates and times as UTC microseconds, local ones as UTC', () => {
  const midnight = Date.UTC(2020, 2, 1) * 1000;
  for (const text of ['2020-03-01', '2020-03-01T00:00:00Z', '2020-03-01T00:00:00', '2020-03-01T01:00:00+01:00']) {
    expect(instant.parse(text)).toBe(midnight);
  }
  expect(instant.safeParse('1 March 2020').success).toBe(false);
  expect(instant.safeParse('2020-02-30').success).toBe(false);
});

import { describe, expect, it } from 'vitest';
import { parseDuration, parseFlushRule } from './flush-rule';

describe('when messages are filed', () => {
  it('is after a time, or after so many and a minute at the latest', () => {
    expect(parseFlushRule('1.5s')).toEqual({ milliseconds: 1500, messages: Infinity });
    expect(parseFlushRule('5000')).toEqual({ milliseconds: 60_000, messages: 5000 });
  });

  it('knows milliseconds to days, and no more than a timer can wait', () => {
    expect(['500ms', '60s', '10m', '2h', '1d'].map(parseDuration)).toEqual([
      500, 60_000, 600_000, 7_200_000, 86_400_000,
    ]);
    for (const text of ['25d', '0s', '-1s', '10', '1w', 's', ''])
      expect(() => parseDuration(text)).toThrow(/Write a time/);
    expect(() => parseFlushRule('0')).toThrow(/at least 1/);
  });
});

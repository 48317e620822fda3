import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUtc, parseUtc } from './utc-text';

describe('UTC text', () => {
  it('reads back every millisecond it wrote', () => {
    const time = fc.integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(time, fc.constantFrom('T' as const, ' ' as const), (timeMs, separator) => {
        expect(parseUtc(formatUtc(timeMs, separator))).toBe(timeMs);
      }),
    );
  });

  it('leaves out what is zero', () => {
    expect(formatUtc(Date.UTC(2012, 0, 1))).toBe('2012-01-01');
    expect(formatUtc(Date.UTC(2012, 0, 1, 6, 30))).toBe('2012-01-01 06:30');
    expect(formatUtc(Date.UTC(2012, 0, 1, 6, 0, 5), 'T')).toBe('2012-01-01T06:00:05');
  });

  it.each(['', 'now', '2012-13-01', '2012-02-30', '2012-01-01 25:00', '01/02/2012', '2012-01-01T00:00+02:00'])(
    'does not read “%s”',
    (text) => expect(parseUtc(text)).toBeUndefined(),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellBuffer, quotedCell } from './cell-buffer';

const written = (write: (cells: CellBuffer) => void): string => {
  const cells = new CellBuffer(8);
  write(cells);
  return cells.take().toString('utf8');
};

describe('a number in CSV', () => {
  it('reads back as the same double, whatever the numbers before it were', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 15 }),
        (value, hint) => {
          expect(Number(written((cells) => cells.double(value, hint)))).toBe(value);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('reads back as the same float, in as few digits as that takes', () => {
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 15 }),
        (value, hint) => {
          const text = written((cells) => cells.float(value, hint));
          expect(Math.fround(Number(text))).toBe(value);
        },
      ),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 9 }), (hundredths, hint) => {
        const value = Math.fround(hundredths / 100);
        expect(written((cells) => cells.float(value, hint))).toBe(String(hundredths / 100));
      }),
      { numRuns: 5000 },
    );
  });

  it('is short where it is short', () => {
    for (const value of [0, 1, -1, 10, 0.1, -0.5, 1e15, 123_456.789, 2 ** 53 - 1, 1e300, 5e-324, 0.000_001]) {
      expect(written((cells) => cells.double(value, 3))).toBe(String(value));
    }
    expect(written((cells) => cells.double(-0, 0))).toBe('-0');
  });
});

describe('a time in CSV', () => {
  it('is ISO 8601 in UTC, with decimals where there are any', () => {
    const cases: [number, string][] = [
      [0, '1970-01-01T00:00:00Z'],
      [-1, '1969-12-31T23:59:59.999999Z'],
      [1_706_742_000_000_000, '2024-01-31T23:00:00Z'],
      [1_706_742_000_123_000, '2024-01-31T23:00:00.123Z'],
      [1_706_742_000_000_007, '2024-01-31T23:00:00.000007Z'],
    ];
    for (const [micros, text] of cases) expect(written((cells) => cells.time(micros))).toBe(text);
  });

  it('is the same instant again', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_007_199_254_740, max: 9_007_199_254_740 }), (milliseconds) => {
        expect(Date.parse(written((cells) => cells.time(milliseconds * 1000)))).toBe(milliseconds);
      }),
    );
  });
});

describe('a text in CSV', () => {
  it('is quoted where it has to be, and an empty one is told from none', () => {
    const cell = (text: string): string => Buffer.from(quotedCell(Buffer.from(text))).toString('utf8');
    expect(['a b', 'a,b', 'say "x"', 'two\nlines', '', 'ø'].map(cell)).toEqual([
      'a b',
      '"a,b"',
      '"say ""x"""',
      '"two\nlines"',
      '""',
      'ø',
    ]);
  });
});

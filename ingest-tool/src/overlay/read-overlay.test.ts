import type { ColumnDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { parseOverlay } from './read-overlay';

const described: ColumnDescription[] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'latitude', type: 'double', role: 'latitude' },
  { name: 'v0', type: 'double', role: 'variable' },
  { name: 'v1', type: 'float', role: 'variable' },
  { name: 'count', type: 'integer', role: 'variable' },
  { name: 'position_qc', type: 'integer', role: 'flag' },
];

describe('an overlay file', () => {
  it('takes flags by number and by name, one station or several, and open ends', () => {
    const { flags } = parseOverlay(
      `flags:
  - { station: [a, b], from: 2025-11-01, variable: '*', flag: not_evaluated, reason: x, by: y }
  - { device: 'c*', variable: [v0, position], flag: 9, reason: x, by: y }`,
      'overlay.yaml',
      described,
    );
    expect(flags).toMatchObject([
      { stations: ['a', 'b'], from: Date.UTC(2025, 10, 1) * 1000, until: Infinity, variables: ['*'], flag: 2 },
      { devices: ['c*'], from: -Infinity, until: Infinity, variables: ['v0', 'position'], flag: 9 },
    ]);
  });

  it('may name any column of a lake that does not describe itself', () => {
    const text = 'calibrations: [{ device: d, column: warmth, slope: 2 }]';
    expect(parseOverlay(text, 'overlay.yaml', []).calibrations).toHaveLength(1);
  });

  it.each([
    ['flags: [{ station: a, variable: v1, flag: 5, reason: x, by: y }]', 'a flag is 1, 2, 3, 4 or 9'],
    ['flags: [{ station: a, variable: v1, flag: bad, reason: x, by: y }]', 'or one of pass, not_evaluated'],
    ['flags: [{ variable: v1, flag: 4, reason: x, by: y }]', 'give station or device'],
    ['flags: [{ station: a, variable: v1, flag: 4, by: y }]', 'reason'],
    [
      'flags: [{ station: a, from: 2025-11-02, until: 2025-11-01, variable: v1, flag: 4, reason: x, by: y }]',
      'until must be after from',
    ],
    ['flags: [{ station: a, depth: [9, 1], variable: v1, flag: 4, reason: x, by: y }]', 'depth must be the lesser'],
    [
      'flags: [{ station: a, variable: v9, flag: 4, reason: x, by: y }]',
      'v9 is none; columns of measured values are v0',
    ],
    [
      'calibrations: [{ device: d, column: v0, id: C, slope: 2 }, { device: d, column: v1, id: C, slope: 2 }]',
      'have the same id C',
    ],
    [
      'calibrations: [{ device: d, column: v0, id: C, slope: 2 }, { device: d, column: v0, id: D, slope: 2 }]',
      'overlap',
    ],
    ['calibrations: [{ device: d, column: v0, id: "C; D", slope: 2 }]', 'has a semicolon'],
    ['calibrations: [{ device: d, column: latitude, slope: 2 }]', 'latitude is none'],
    ['calibrations: [{ device: d, column: count, slope: 2 }]', 'count is integer in the lake'],
    ['flagz: []', 'flagz'],
    ['flags: [', 'overlay.yaml is wrong'],
  ])('is refused where it says %s', (text, message) => {
    expect(() => parseOverlay(text, 'overlay.yaml', described)).toThrow(message);
  });
});

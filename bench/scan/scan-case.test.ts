import { describe, expect, it } from 'vitest';
import { assertSameAnswer, CASES, caseSql, caseUrls, mergeHours } from './scan-case';

describe('the cases of the scan benchmark', () => {
  it('give a reader that cannot list the files that one that can will find', () => {
    expect(caseUrls(CASES.stationDay, 'http://host/b/').flat()).toHaveLength(96);
    expect(caseUrls(CASES.allFiles, 'http://host/b/').map((group) => group.length)).toEqual(Array(12).fill(96));
    expect(caseUrls(CASES.compacted, 'http://host/b/')).toHaveLength(1);
    expect(caseUrls(CASES.manifestMonth, 'http://host/b/').flat()).toHaveLength(31);
    expect(caseUrls(CASES.compactedDay, 'http://host/b/').flat()).toEqual([
      expect.stringMatching(/^http:\/\/host\/b\/station=[0-9a-f-]{36}\/year=2025\/month=11\/day=25\/part-0\.parquet$/),
    ]);
  });

  it('can be chosen one by one by their names', () => {
    const names = Object.values(CASES).map(({ name }) => name);
    for (const name of names) expect(names.filter((other) => other.includes(name))).toEqual([name]);
  });

  it('ask the same of every table', () => {
    expect(caseSql(CASES.window, 'lake', 'timestamp')).toContain(
      "WHERE timestamp >= '2025-11-25 06:00:00' AND timestamp < '2025-11-25 09:00:00' GROUP BY 1",
    );
    expect(caseSql(CASES.allFiles, 'lake', 'timestamp')).not.toContain('WHERE');
  });
});

describe('mergeHours and assertSameAnswer', () => {
  const whole = [
    { hour: 0, count: 3, sums: [6] },
    { hour: 3_600_000, count: 1, sums: [4] },
  ];

  it('add up partial answers in the order of time', () => {
    const parts = [
      { hour: 3_600_000, count: 1, sums: [4] },
      { hour: 0, count: 1, sums: [1] },
      { hour: 0, count: 2, sums: [5] },
    ];
    expect(mergeHours(parts)).toEqual(whole);
  });

  it('let rounding pass and nothing else', () => {
    const [first = { hour: 0, count: 0, sums: [] }, second = first] = whole;
    const rounded = [{ ...first, sums: [6 + 1e-12] }, second];
    expect(() => assertSameAnswer('other', whole, rounded)).not.toThrow();
    expect(() => assertSameAnswer('other', whole, [first])).toThrow('other answers');
    expect(() => assertSameAnswer('other', whole, [{ ...first, count: 2 }, second])).toThrow('other answers');
    expect(() => assertSameAnswer('other', whole, [{ ...first, sums: [NaN] }, second])).toThrow('other answers');
  });
});

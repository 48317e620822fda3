import { describe, expect, it } from 'vitest';
import { aggregateQartodFlags, isQartodFlag, qartodFlagAttributes, qartodFlagName, qartodFlagOfArgo } from './qartod';

describe('QARTOD flags', () => {
  it('aggregates as ioos_qc compares: fail, suspect, pass, not evaluated, missing', () => {
    const tests = [
      [1, 1, 1, 9, 1, 1, 9, 9],
      [2, 1, 1, 1, 1, 1, 9, 9],
      [1, 3, 3, 4, 3, 1, 2, 9],
    ].map((flags) => Uint8Array.from(flags));
    expect([...aggregateQartodFlags(8, tests)]).toEqual([1, 3, 3, 4, 3, 1, 2, 9]);
  });

  it('calls a point no test has judged not evaluated', () => {
    expect([...aggregateQartodFlags(3, [])]).toEqual([2, 2, 2]);
  });

  it('refuses flags of another length', () => {
    expect(() => aggregateQartodFlags(3, [new Uint8Array(2)])).toThrow('2 flags for 3 points');
  });

  it('names the five flags and no other number', () => {
    expect([1, 2, 3, 4, 9].map(qartodFlagName)).toEqual(['pass', 'not_evaluated', 'suspect', 'fail', 'missing']);
    expect([0, 5, 8, 10, NaN].filter(isQartodFlag)).toEqual([]);
    expect(qartodFlagAttributes()).toEqual({
      flagValues: [1, 2, 3, 4, 9],
      flagMeanings: 'pass not_evaluated suspect fail missing',
    });
  });

  it('maps the flags of Argo, from numbers and from characters', () => {
    expect(Array.from('0123456789', (flag) => qartodFlagOfArgo(flag))).toEqual([2, 1, 1, 3, 4, 1, 2, 2, 1, 9]);
    expect(qartodFlagOfArgo(2, false)).toBe(3);
    expect(qartodFlagOfArgo(' ')).toBe(2);
  });
});

import { describe, expect, it } from 'vitest';
import { mayMatch, withinBounds, type ColumnBounds } from './column-bounds';
import { hullOf, valuesOf } from './column-range';
import { compareUtf8, textAfterPrefix } from './literal';
import { and, ANYTHING, columnsOf, NOTHING, or, type Comparison, type Literal, type Predicate } from './predicate';

const literalOf = (value: number | string): Literal =>
  typeof value === 'number' ? { type: 'number', value } : { type: 'text', value };

function is(comparison: Comparison, value: number | string, column = 'x'): Predicate {
  return { kind: 'compare', column, comparison, literal: literalOf(value) };
}

function among(...values: (number | string)[]): Predicate {
  return { kind: 'in', column: 'x', literals: values.map(literalOf) };
}

const may = (predicate: Predicate, bounds: ColumnBounds | undefined) => mayMatch(predicate, () => bounds);
const from0To3: ColumnBounds = { min: literalOf(0), max: literalOf(3), nulls: 'none', nan: false };

describe('mayMatch', () => {
  it('rules out what lies outside the bounds', () => {
    expect(may(is('=', 4), from0To3)).toBe(false);
    expect(may(is('<', 0), from0To3)).toBe(false);
    expect(may(is('<=', 0), from0To3)).toBe(true);
    expect(may(is('>', 3), from0To3)).toBe(false);
    expect(may(is('>=', 3), from0To3)).toBe(true);
    expect(may(among(-1, 4), from0To3)).toBe(false);
    expect(may(among(-1, 2), from0To3)).toBe(true);
  });

  it('finds NaN above every maximum, unless there is known to be none', () => {
    const unknown: ColumnBounds = { min: literalOf(0), max: literalOf(3) };
    for (const predicate of [is('>', 5), is('>=', 5), is('=', NaN), is('!=', 0)])
      expect(may(predicate, unknown)).toBe(true);
    expect(may(is('>', 5), { ...unknown, nan: false })).toBe(false);
    expect(may(is('=', NaN), { ...unknown, nan: false })).toBe(false);
    expect(may(is('<', 0), unknown)).toBe(false);
    expect(may(is('>', NaN), unknown)).toBe(false);
    expect(may(is('<', NaN), unknown)).toBe(true);
  });

  it('takes -0 for 0', () => {
    const zero: ColumnBounds = { min: literalOf(0), max: literalOf(0), nan: false };
    expect(may(is('=', -0), zero)).toBe(true);
    expect(may(is('<', -0), zero)).toBe(false);
    expect(may(is('!=', -0), zero)).toBe(false);
  });

  it('rules out != only where every value is that one', () => {
    expect(may(is('!=', 3), from0To3)).toBe(true);
    expect(may(is('!=', 3), { min: literalOf(3), max: literalOf(3), nan: false })).toBe(false);
    expect(may(is('!=', 3), { min: literalOf(3), max: literalOf(3) })).toBe(true);
  });

  it('finds no value among NULLs, and no NULL where there is none', () => {
    expect(may(is('!=', 3), { nulls: 'all' })).toBe(false);
    expect(may(among(3), { nulls: 'all' })).toBe(false);
    expect(may({ kind: 'null', column: 'x', isNull: false }, { nulls: 'all' })).toBe(false);
    expect(may({ kind: 'null', column: 'x', isNull: true }, { nulls: 'none' })).toBe(false);
    expect(may({ kind: 'null', column: 'x', isNull: true }, { nulls: 'some' })).toBe(true);
    expect(may({ kind: 'null', column: 'x', isNull: true }, {})).toBe(true);
  });

  it('knows nothing of a column without bounds, and of a constant of another type', () => {
    expect(may(is('=', 4), undefined)).toBe(true);
    expect(may(is('=', 'four'), from0To3)).toBe(true);
  });

  it('combines terms by AND and OR', () => {
    expect(may(and(is('=', 2), is('=', 9)), from0To3)).toBe(false);
    expect(may(or(is('=', 2), is('=', 9)), from0To3)).toBe(true);
    expect(may(ANYTHING, from0To3)).toBe(true);
    expect(may(NOTHING, undefined)).toBe(false);
  });
});

describe('withinBounds', () => {
  it('drops what cannot be and what must be', () => {
    const five: ColumnBounds = { min: literalOf(5), max: literalOf(5), nulls: 'none', nan: false };
    const within = (predicate: Predicate) => withinBounds(predicate, (column) => (column === 'x' ? five : undefined));
    expect(within(or(is('=', 5), is('=', 1, 'y')))).toEqual(ANYTHING);
    expect(within(and(is('=', 5), is('=', 1, 'y')))).toEqual(is('=', 1, 'y'));
    expect(within(or(is('>', 5), is('=', 1, 'y')))).toEqual(is('=', 1, 'y'));
    expect(within(among(4, 5))).toEqual(ANYTHING);
    expect(within({ kind: 'null', column: 'x', isNull: false })).toEqual(ANYTHING);
  });
});

describe('hullOf and valuesOf', () => {
  it('cuts ranges under AND and widens them under OR', () => {
    expect(hullOf(and(is('>=', 1), is('<', 5), is('>', 3)), 'x')).toEqual({ min: literalOf(3), max: literalOf(5) });
    expect(hullOf(or(is('=', 1), among(7, 4)), 'x')).toEqual({ min: literalOf(1), max: literalOf(7) });
    expect(hullOf(or(is('=', 1), is('>', 3)), 'x')).toEqual({ min: literalOf(1) });
  });

  it('leaves the range open where a branch does not speak of the column', () => {
    expect(hullOf(or(is('=', 1), is('=', 2, 'y')), 'x')).toEqual({});
    expect(hullOf(or(is('=', 1), { kind: 'null', column: 'x', isNull: true }), 'x')).toEqual({});
    expect(hullOf(or(is('=', 1), is('=', 'a')), 'x')).toEqual({});
    expect(hullOf(NOTHING, 'x')).toBeNull();
  });

  it('lists values only where the list is complete', () => {
    expect(valuesOf(and(among('a', 'b', 'b', 'c'), among('b', 'c')), 'x')).toEqual([literalOf('b'), literalOf('c')]);
    expect(valuesOf(or(is('=', 'a'), among('a', 'b')), 'x')).toEqual([literalOf('a'), literalOf('b')]);
    expect(valuesOf(or(is('=', 'a'), is('>', 'b')), 'x')).toBeUndefined();
    expect(valuesOf(or(is('=', 'a'), { kind: 'null', column: 'x', isNull: true }), 'x')).toBeUndefined();
    expect(valuesOf(or(is('=', 'a'), is('=', 1, 'y')), 'x')).toBeUndefined();
  });
});

describe('and, or and columnsOf', () => {
  it('flattens, says things once and knows the extremes', () => {
    expect(and(is('=', 1), and(is('=', 1), ANYTHING))).toEqual(is('=', 1));
    expect(and(is('=', 1), NOTHING)).toEqual(NOTHING);
    expect(or(is('=', 1), or(NOTHING, is('=', 1)))).toEqual(is('=', 1));
    expect(or(is('=', 1), ANYTHING)).toEqual(ANYTHING);
    expect(and()).toEqual(ANYTHING);
    expect(or()).toEqual(NOTHING);
    expect(or(is('=', 0), is('=', -0), is('=', NaN), is('=', NaN))).toMatchObject({
      kind: 'in',
      literals: [{}, {}, {}],
    });
  });

  it('names each column once', () => {
    expect(columnsOf(and(is('=', 1), or(is('=', 2), is('=', 1, 'y'))))).toEqual(['x', 'y']);
  });
});

describe('the order of texts', () => {
  it('is that of UTF-8, not of UTF-16', () => {
    expect(compareUtf8('\u{1F600}', '\uFFEE')).toBeGreaterThan(0);
    expect(compareUtf8('\u{1F600}', '\u{1F601}')).toBeLessThan(0);
    expect(compareUtf8('a', 'ab')).toBeLessThan(0);
    expect(compareUtf8('é', 'z')).toBeGreaterThan(0);
    expect(compareUtf8('é', 'é')).toBe(0);
  });

  it('has a first text after all with a prefix', () => {
    expect(textAfterPrefix('abc')).toBe('abd');
    expect(textAfterPrefix('a\u{10FFFF}')).toBe('b');
    expect(textAfterPrefix('\uD7FF')).toBe('\uE000');
    expect(textAfterPrefix('\u{10FFFF}')).toBeUndefined();
  });
});

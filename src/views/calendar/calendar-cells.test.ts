import { expect, it } from 'vitest';
import { calendarCell, calendarColumns, isInWeeks } from './calendar-cells';

it('puts days into weeks from Monday to Sunday, or a year into a row', () => {
  // 2012 began on a Sunday.
  expect(calendarCell(Date.UTC(2012, 0, 1), true)).toEqual({ year: 2012, column: 0, row: 6 });
  expect(calendarCell(Date.UTC(2012, 0, 2), true)).toEqual({ year: 2012, column: 1, row: 0 });
  expect(calendarCell(Date.UTC(2012, 11, 31), true)).toEqual({ year: 2012, column: 53, row: 0 });
  expect(calendarCell(Date.UTC(2012, 11, 31), false)).toEqual({ year: 2012, column: 365, row: 0 });
  expect(isInWeeks(Date.UTC(2012, 0, 1), Date.UTC(2017, 11, 31))).toBe(true);
  expect(isInWeeks(Date.UTC(2012, 0, 1), Date.UTC(2018, 0, 1))).toBe(false);
});

it('draws the part of a single year that is there, but no less than a few months, and several years whole', () => {
  const days = (...all: number[]) => all.map((day) => calendarCell(day, true));
  expect(calendarColumns(days(Date.UTC(2012, 2, 1), Date.UTC(2012, 2, 31)), true)).toEqual({ first: 9, last: 26 });
  expect(calendarColumns(days(Date.UTC(2012, 0, 1), Date.UTC(2012, 9, 1)), true)).toEqual({ first: 0, last: 40 });
  expect(calendarColumns(days(Date.UTC(2011, 5, 1), Date.UTC(2012, 9, 1)), true)).toEqual({ first: 0, last: 53 });
});

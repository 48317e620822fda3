import { expect, it } from 'vitest';
import { fullYear, monthNamed } from './written-date';

it('knows months by their English names, and years by two digits', () => {
  expect(['Jan', 'december', 'SEPT', 'Mai', ''].map(monthNamed)).toEqual([1, 12, 9, 0, 0]);
  expect([0, 69, 70, 99].map(fullYear)).toEqual([2000, 2069, 1970, 1999]);
});

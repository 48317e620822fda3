import { expect, it } from 'vitest';
import { placeInText } from './error-words';

it('finds the line and column of an error', () => {
  expect(placeInText('SELECT 1\nFROM nowhere', 14)).toEqual({ line: 2, column: 6, text: 'FROM nowhere' });
  expect(placeInText('', 0)).toEqual({ line: 1, column: 1, text: '' });
  expect(placeInText('a', 99)).toEqual({ line: 1, column: 2, text: 'a' });
});

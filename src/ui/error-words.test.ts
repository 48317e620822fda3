import { expect, it } from 'vitest';
import { corsRule, placeInText } from './error-words';

it('finds the line and column of an error', () => {
  expect(placeInText('SELECT 1\nFROM nowhere', 14)).toEqual({ line: 2, column: 6, text: 'FROM nowhere' });
  expect(placeInText('', 0)).toEqual({ line: 1, column: 1, text: '' });
  expect(placeInText('a', 99)).toEqual({ line: 1, column: 2, text: 'a' });
});

it('gives a CORS rule for this origin only, for reading only', () => {
  expect(JSON.parse(corsRule('https://lab.example'))).toMatchObject([
    { AllowedOrigins: ['https://lab.example'], AllowedMethods: ['GET'] },
  ]);
});

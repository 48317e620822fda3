import { expect, it } from 'vitest';
import { problemLine, problemOf } from './sql-problem';

const error = (message: string, position?: number) => ({
  code: 'bad-sql' as const,
  message,
  advice: 'Correct it.',
  ...(position !== undefined && { position }),
});

it('marks the whole word at the place, and offers what DuckDB takes for likely', () => {
  const sql = 'SELECT temprature, "x y" FROM lake';
  const message =
    'Binder error: Referenced column "temprature" not found!\nCandidate bindings: "temperature", "Sea Temp"\n\nLINE 1';
  expect(problemOf(sql, error(message, 7))).toEqual({
    from: 7,
    to: 17,
    message: 'Binder error: Referenced column "temprature" not found!',
    hint: 'Correct it.',
    fixes: ['temperature', '"Sea Temp"'],
  });
  expect(problemLine({ message })).toBe(
    'Binder error: Referenced column "temprature" not found. Did you mean temperature?',
  );
  expect(problemLine({ message: 'Parser error: at end' })).toBe('Parser error: at end');
  expect(problemOf(sql, error('no', 19))).toMatchObject({ from: 19, to: 24, fixes: [] });
  expect(problemOf('FROM lakes', error('No table!\nDid you mean "memory.lake"?', 5))?.fixes).toEqual(['lake']);
});

it('marks nothing where no place is known, and the end where the text ends too early', () => {
  expect(problemOf('SELECT', error('x'))).toBeUndefined();
  expect(problemOf('SELECT', error('x', 99))).toBeUndefined();
  expect(problemOf('SELECT', error('x', 6))).toMatchObject({ from: 6, to: 6 });
});

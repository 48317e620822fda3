import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parameterNames, splitSql } from './sql-parts';

it('splits a script at semicolons that are neither in texts, names nor comments', () => {
  const script = `SELECT ';' AS ";" -- one; two\nFROM lake; /* ; */ ;\n\n  SELECT $$;$$ ;-- end`;
  expect(splitSql(script)).toEqual([
    { sql: `SELECT ';' AS ";" -- one; two\nFROM lake`, start: 0 },
    { sql: 'SELECT $$;$$', start: script.indexOf('SELECT $$') },
  ]);
  expect(splitSql(' -- nothing\n;;')).toEqual([]);
});

it('finds parameters outside of texts and comments, each once', () => {
  expect(parameterNames(`SELECT $from, '$no', "$no", $$ $no $$, $to -- $no\nWHERE time < $to AND x = $1`)).toEqual([
    'from',
    'to',
  ]);
});

it('takes any text, and every statement stands where it says', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`a ;'"$-/*\n1`) }), (script) => {
      for (const { sql, start } of splitSql(script)) expect(script.startsWith(sql, start)).toBe(true);
      parameterNames(script);
    }),
  );
});

import { expect, it } from 'vitest';
import { createSchemaDifferences, showsAllColumns, unknownNames } from './schema-differences';

const file = (key: string) => ({ key, size: 1, etag: '', partition: {} });

it('keeps a file for each combination of columns until somebody takes them up', () => {
  const schema = { columns: [{ name: 'v', duckdbType: 'DOUBLE' }], partitionKeys: [], timeColumn: null, exact: false };
  const differences = createSchemaDifferences(schema, ['odd']);
  expect(unknownNames(['V', 'ODD', 'w'], differences.known)).toEqual(['w']);
  for (const key of ['a', 'b']) differences.note(file(key), ['w']);
  differences.note(file('c'), ['w', 'x']);
  expect(differences.noted().map(({ file: { key } }) => key)).toEqual(['a', 'c']);
  expect(differences.take()).toHaveLength(2);
  expect(differences.noted()).toEqual([]);
});

it.each([
  'SELECT * FROM lake',
  'FROM lake WHERE v > 1',
  'SELECT max(COLUMNS(c -> c LIKE $$v%$$)) FROM lake',
  'SUMMARIZE lake',
  'TABLE lake',
  'SELECT a.v FROM lake a NATURAL JOIN lake b',
  'SELECT v FROM lake UNION ALL BY NAME SELECT w FROM lake',
  'CREATE TABLE t AS SELECT * EXCLUDE (v) FROM lake',
  'PIVOT lake ON station USING count(*)',
])('takes %s to show all columns', (sql) => {
  expect(showsAllColumns(sql)).toBe(true);
});

it.each([
  'SELECT count(*) FROM lake',
  'SELECT station, avg(v) FROM lake GROUP BY ALL',
  'select count( * ), v from lake',
])('takes %s to need only what it names', (sql) => {
  expect(showsAllColumns(sql)).toBe(false);
});

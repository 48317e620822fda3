import { expect, it } from 'vitest';
import { uniteColumns } from './found-columns';

const file = (key: string, columns: Record<string, string>) => ({
  key,
  columns: Object.entries(columns).map(([name, duckdbType]) => ({ name, duckdbType })),
});

it('unites columns by name, whatever the case of ASCII letters, each in the widest of its types', () => {
  const found = uniteColumns([
    file('a', { Time: 'DATE', v: 'INTEGER' }),
    file('b', { V: 'FLOAT', É: 'DATE', é: 'DATE' }),
  ]);
  expect(found.columns).toEqual([
    { name: 'Time', duckdbType: 'DATE' },
    { name: 'v', duckdbType: 'DOUBLE' },
    { name: 'É', duckdbType: 'DATE' },
    { name: 'é', duckdbType: 'DATE' },
  ]);
  expect(['time', 'v', 'é'].map(found.sourceOf)).toEqual(['a', 'b', 'b']);
});

it('takes a column that is null in all files for text until one has values', () => {
  const nulls = uniteColumns([file('a', { t: '"NULL"' }), file('b', { t: '"NULL"' })]);
  expect(nulls.columns).toEqual([{ name: 't', duckdbType: 'VARCHAR' }]);
  expect(nulls.with([file('c', { t: 'TIMESTAMP' })], []).columns).toEqual([{ name: 't', duckdbType: 'TIMESTAMP' }]);
});

it('keeps the first of two types that have nothing in common, and what is passed over', () => {
  const found = uniteColumns([file('a', { v: 'DOUBLE' })]).with([file('b', { v: 'VARCHAR', w: 'DATE' })], ['odd']);
  expect(found.columns.map(({ duckdbType }) => duckdbType)).toEqual(['DOUBLE', 'DATE']);
  expect(found.passedOver).toEqual(['odd']);
});

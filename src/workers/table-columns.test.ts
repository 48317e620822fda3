import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LakeError } from '../lake/lake-error';
import { columnsOfGeoJson, columnsOfText } from './table-columns';

const shown = (text: string) =>
  columnsOfText(text).map(({ name, sqlType, values, valid }) => [
    name,
    sqlType,
    Array.from(values as ArrayLike<unknown>, (value, row) => (valid?.[row] === 0 ? null : value)),
  ]);

it('takes names from the first line and types from the values; nothing is NULL', () => {
  expect(
    shown(
      '\uFEFF# title: x\n# y\nid,n,x,when,id,\n"a,""b""",1,1.5,2012-01-01 06:00,q,\n,2,nan,2012-01-02T00:00:00Z,,z\n',
    ),
  ).toEqual([
    ['id', 'VARCHAR', ['a,"b"', null]],
    ['n', 'BIGINT', [1, 2]],
    ['x', 'DOUBLE', [1.5, NaN]],
    ['when', 'TIMESTAMP', [Date.UTC(2012, 0, 1, 6), Date.UTC(2012, 0, 2)]],
    ['id_1', 'VARCHAR', ['q', null]],
    ['column_6', 'VARCHAR', [null, 'z']],
  ]);
  expect(shown('a\tb\n1\t2012-13-01')).toEqual([
    ['a', 'BIGINT', [1]],
    ['b', 'VARCHAR', ['2012-13-01']],
  ]);
  expect(shown('a;b\n"1;2";3,5')).toEqual([
    ['a', 'VARCHAR', ['1;2']],
    ['b', 'VARCHAR', ['3,5']],
  ]);
});

it('makes a row of each feature, with its place or its box', () => {
  const text = JSON.stringify({
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: { name: 'buoy', n: 1 }, geometry: { type: 'Point', coordinates: [-70, 40] } },
      {
        type: 'Feature',
        properties: null,
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 1],
              [2, 3],
              [0, 1],
            ],
          ],
        },
      },
    ],
  });
  const columns = columnsOfGeoJson(text);
  const row = (index: number) =>
    Object.fromEntries(columns.map(({ name, values, valid }) => [name, valid?.[index] === 0 ? null : values[index]]));
  expect(row(0)).toMatchObject({ name: 'buoy', n: 1, longitude: -70, latitude: 40, west: null });
  expect(row(1)).toMatchObject({ name: null, west: 0, south: 1, east: 2, north: 3, longitude: null });
});

it('takes any text, or says what is wrong with it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const read of [() => columnsOfText(text), () => columnsOfGeoJson(text)]) {
        try {
          const columns = read();
          expect(new Set(columns.map(({ values }) => values.length)).size).toBeLessThanOrEqual(1);
        } catch (error) {
          expect(error).toBeInstanceOf(LakeError);
        }
      }
    }),
  );
});

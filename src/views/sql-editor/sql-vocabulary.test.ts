import { expect, it } from 'vitest';
import { SQL_FUNCTIONS } from './sql-functions';
import { lakeWords, tableWords } from './sql-vocabulary';

it('tells of each column its type, unit, standard name and flags, and quotes what needs it', () => {
  const { columns } = lakeWords(
    'RAPID',
    [
      { name: 'time', type: 'timestamp', role: 'time' },
      {
        name: 'Sea Temp',
        type: 'float',
        role: 'variable',
        unit: 'degC',
        standardName: 'sea_water_temperature',
        longName: 'Temperature',
      },
      { name: 'temp_qc', type: 'integer', role: 'flag', flagValues: [1, 4], flagMeanings: 'pass fail' },
    ],
    [{ name: 'station', type: 'text' }],
  );
  expect(columns.map(({ label, apply }) => apply ?? label)).toEqual(['time', '"Sea Temp"', 'temp_qc', 'station']);
  expect(columns[1]?.detail).toBe('float · °C');
  expect(columns[1]?.about).toBe('Temperature\nCF standard name: sea_water_temperature\nUnit: degC');
  expect(columns[2]?.about).toContain('1 pass, 4 fail');
  expect(tableWords('my table', 'pinned', [{ name: 'n', sqlType: 'BIGINT' }])).toMatchObject({
    apply: '"my table"',
    columns: [{ label: 'n', detail: 'bigint' }],
  });
});

it('offers functions, each with its parameters and words', () => {
  expect(SQL_FUNCTIONS.length).toBeGreaterThan(80);
  expect(new Set(SQL_FUNCTIONS.map(({ name }) => name)).size).toBe(SQL_FUNCTIONS.length);
  expect(SQL_FUNCTIONS.find(({ name }) => name === 'regexp_extract')).toEqual({
    name: 'regexp_extract',
    parameters: String.raw`text, '(\d+)', 1`,
    about: 'Part of a text that a pattern finds',
  });
});

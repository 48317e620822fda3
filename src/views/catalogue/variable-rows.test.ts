import type { ColumnDescription } from '@tidelake/lake-format';
import { expect, it } from 'vitest';
import { emptyReceipt } from '../../lake/receipt';
import { valueCountsSql, variableSummarySql } from '../../queries/variable-summary';
import type { QueryResult } from '../../workers/protocol';
import { binnedVariables, describeHistogram, variableRows } from './variable-rows';

const temperature: ColumnDescription = { name: 'temperature', type: 'double', role: 'variable', unit: 'degC' };
const salinity: ColumnDescription = {
  name: 'Salinity',
  type: 'float',
  role: 'variable',
  longName: 'Practical salinity',
};
const columns: ColumnDescription[] = [temperature, salinity, { name: 'temperature_qc', type: 'integer', role: 'flag' }];
const question = { variables: [temperature, salinity], columns, roles: { time: 'time' }, selection: undefined };

function row(values: Record<string, number | null>): QueryResult {
  return {
    columns: Object.entries(values).map(([name, value]) => ({
      ...{ name, kind: 'number', sqlType: 'DOUBLE', values: Float64Array.of(value ?? 0) },
      ...(value === null && { valid: Uint8Array.of(0) }),
    })),
    rowCount: 1,
    receipt: emptyReceipt(),
  };
}

const statistics = [
  {
    ...{ name: 'temperature', rows: 100, missing: 20, unknown: 0, min: 2, max: 6, canBeNan: true },
    span: { from: 0, until: 5 },
    histogram: { low: 2, high: 6, least: [1, 0], likely: [60, 20], most: [80, 40] },
  },
];

it('asks for values, ends and flags of all variables at once, and for their histograms in one pass', () => {
  expect(variableSummarySql(question)).toBe(
    [
      'SELECT',
      '  count(*) AS readings,',
      '  count(temperature) AS n_0,',
      '  min(temperature) AS minimum_0,',
      '  max(temperature) AS maximum_0,',
      '  count(temperature) FILTER (WHERE temperature_qc IS NOT NULL) AS judged_0,',
      '  count(temperature) FILTER (WHERE temperature_qc = 3) AS suspect_0,',
      '  count(temperature) FILTER (WHERE temperature_qc = 4) AS fail_0,',
      '  count("Salinity") AS n_1,',
      '  min("Salinity") AS minimum_1,',
      '  max("Salinity") AS maximum_1',
      'FROM lake',
    ].join('\n'),
  );
  const selection = { stations: null, devices: null, from: 0, to: 86_400_000 };
  const counts = valueCountsSql([{ name: 'temperature', low: 0, high: 12 }], { ...question, selection });
  expect(counts).toContain('  count(*) FILTER (WHERE temperature >= 0 AND temperature < 0.5) AS bin_0_0,');
  expect(counts).toContain('  count(*) FILTER (WHERE temperature >= 11.5 AND temperature <= 12) AS bin_0_23\n');
  expect(counts).toContain("WHERE time >= TIMESTAMP '1970-01-01 00:00:00'");
});

it('takes what was counted before what statistics say', () => {
  const told = variableRows(question.variables, statistics, undefined, undefined);
  expect(told).toMatchObject([
    { label: 'temperature', unit: '°C', values: 80, missing: 0.2, low: 2, high: 6, histogram: { isExact: false } },
    { label: 'Practical salinity', values: undefined, histogram: undefined, flags: undefined },
  ]);
  expect(binnedVariables(told)).toEqual([{ name: 'temperature', low: 2, high: 6 }]);
  const result = row({
    ...{ readings: 100, n_0: 90, minimum_0: 2, maximum_0: NaN, judged_0: 50, suspect_0: 5, fail_0: 1 },
    ...{ n_1: 0, minimum_1: null, maximum_1: null },
  });
  const counted = variableRows(question.variables, statistics, { result, variables: question.variables }, undefined);
  expect(counted).toMatchObject([
    { values: 90, missing: 0.1, low: 2, high: undefined, hasNan: true, flags: { judged: 50, suspect: 5, fail: 1 } },
    { values: 0, missing: 1, low: undefined, hasNan: false, flags: undefined },
  ]);
});

it('does not take statistics of some of the files for those of the lake', () => {
  const partly = statistics.map((column) => ({ ...column, unknown: 7 }));
  expect(variableRows([temperature], partly, undefined, undefined)[0]).toMatchObject({
    values: undefined,
    low: undefined,
  });
});

it('draws what was counted, and says in words where most values lie', () => {
  const variables = [{ name: 'temperature', low: 2, high: 2 }];
  const [counted] = variableRows([temperature], statistics, undefined, { result: row({ bin_0_0: 9 }), variables });
  expect(counted?.histogram).toMatchObject({ likely: [9], isExact: true });
  const [told] = variableRows([temperature], statistics, undefined, undefined);
  expect(told?.histogram && describeHistogram(told.histogram, '°C')).toBe(
    '2 bins from 2.000 °C to 6.000 °C; about 75 % of the values between 2.000 °C and 4.000 °C.',
  );
});

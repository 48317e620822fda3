import { expect, it } from 'vitest';
import type { MonthGridDrawing } from '../../queries/analysis';
import { emptyReceipt } from '../../lake/receipt';
import { monthGrid } from './month-cells';

const drawing: MonthGridDrawing = {
  kind: 'month-grid',
  month: 'month',
  row: 'device',
  panels: [{ value: 'mean', title: 'Mean', unit: 'degC', markBelow: 'threshold' }],
  count: 'n',
  expected: 'expected',
};

it('puts every month between the first and the last into the grid, devices in the order given', () => {
  const grid = monthGrid(
    {
      rowCount: 3,
      receipt: emptyReceipt(),
      columns: [
        {
          name: 'month',
          sqlType: 'DATE',
          kind: 'date',
          values: Float64Array.of(Date.UTC(2012, 0), Date.UTC(2011, 10), Date.UTC(2011, 10)),
        },
        { name: 'device', sqlType: 'VARCHAR', kind: 'text', values: ['deep', 'deep', 'shallow'] },
        { name: 'mean', sqlType: 'DOUBLE', kind: 'number', values: Float64Array.of(3, 4, 20) },
        { name: 'n', sqlType: 'BIGINT', kind: 'number', values: Float64Array.of(10, 20, 30) },
        { name: 'expected', sqlType: 'BIGINT', kind: 'number', values: Float64Array.of(20, 20, 30) },
      ],
    },
    drawing,
    ['shallow', 'deep', 'silent'],
    { threshold: 4 },
  );
  expect(grid.months).toEqual(['2011-11', '2011-12', '2012-01']);
  expect(grid.panels).toEqual([
    {
      title: 'Mean',
      unit: 'degC',
      low: 3,
      high: 20,
      rows: [
        { device: 'shallow', cells: [{ value: 20, count: 30, expected: 30, marked: false }, undefined, undefined] },
        {
          device: 'deep',
          cells: [
            { value: 4, count: 20, expected: 20, marked: false },
            undefined,
            { value: 3, count: 10, expected: 20, marked: true },
          ],
        },
      ],
    },
  ]);
});

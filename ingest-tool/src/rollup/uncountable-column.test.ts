import { Decimal, Utf8, type DataType } from 'apache-arrow';
import { expect, it } from 'vitest';
import type { RowColumn } from '../rows/column-values';
import { ForeignValues } from '../rows/foreign-values';
import { uncountableColumn } from './uncountable-column';

const LAKE = [
  { name: 'temp', type: 'double', role: 'variable' },
  { name: 'temp_qc', type: 'integer', role: 'flag' },
  { name: 'note', type: 'text', role: 'variable' },
] as const;

const column = (name: string, type: RowColumn['type'], foreign?: DataType): RowColumn => ({
  ...{ name, type, role: 'about', dictionary: undefined },
  ...(foreign && { foreign: new ForeignValues(foreign) }),
});

it.each([
  ['numbers of any kind', [column('temp', 'integer'), column('temp_qc', 'bigint'), column('note', 'text')]],
  ['decimals', [column('temp', 'text', new Decimal(2, 9))]],
  ['a file without the column', [column('other', 'text')]],
])('lets %s be added up', (_, columns) => {
  expect(uncountableColumn(columns, LAKE)).toBeUndefined();
});

it.each([
  ['its temp is text, and double in the lake', [column('temp', 'text')]],
  ['its Temp is called temp in the lake', [column('Temp', 'double')]],
  ['its temp is Utf8, and double in the lake', [column('temp', 'text', new Utf8())]],
  ['its temp_qc is DECIMAL(9, 0), and integer in the lake', [column('temp_qc', 'text', new Decimal(0, 9))]],
])('says that %s', (reason, columns) => {
  expect(uncountableColumn(columns, LAKE)).toBe(reason);
});

import type { ColumnDescription } from '@tidelake/lake-format';
import { DataType } from 'apache-arrow';
import type { RowColumn } from '../rows/column-values';

const NUMBERS = ['double', 'float', 'integer', 'bigint'];

/**
 * Why the values of a file cannot be added up as those of the lake's columns, of which readers believe that rollups hold all:
 * a variable or flag is a number in the lake, and something else or spelt otherwise in the file.
 * @returns undefined where nothing is in the way
 */
export function uncountableColumn(
  columns: readonly RowColumn[],
  described: readonly ColumnDescription[],
): string | undefined {
  for (const { name, role, type } of described) {
    if ((role !== 'variable' && role !== 'flag') || !NUMBERS.includes(type)) continue;
    const own = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    if (own === undefined) continue;
    if (own.name !== name) return `its ${own.name} is called ${name} in the lake`;
    const isSummed = role === 'variable' && own.foreign !== undefined && DataType.isDecimal(own.foreign.type);
    if (!isSummed && (own.foreign !== undefined || !NUMBERS.includes(own.type))) {
      return `its ${name} is ${own.foreign?.name ?? own.type}, and ${type} in the lake`;
    }
  }
  return undefined;
}

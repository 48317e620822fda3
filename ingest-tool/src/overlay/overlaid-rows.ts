import type { ColumnValues, RowColumn } from '../rows/column-values';
import { allocateValues, fillNull } from '../rows/column-values';

/** Rows that an overlay changes in place, and adds columns to. */
export class OverlaidRows {
  readonly count: number;
  readonly columns: RowColumn[];
  readonly values: ColumnValues[];

  constructor(count: number, columns: readonly RowColumn[], values: readonly ColumnValues[]) {
    this.count = count;
    this.columns = [...columns];
    this.values = [...values];
  }

  /** The first column that is wanted, with its values. */
  find(wanted: (column: RowColumn) => boolean): { column: RowColumn; values: ColumnValues } | undefined {
    const index = this.columns.findIndex(wanted);
    const [column, values] = [this.columns[index], this.values[index]];
    return column === undefined || values === undefined ? undefined : { column, values };
  }

  /** The column of that name, or a new one of nulls. */
  ensure(column: RowColumn): { column: RowColumn; values: ColumnValues } {
    const known = this.find(({ name }) => name === column.name);
    if (known !== undefined) return known;
    const values = allocateValues(column.type, this.count);
    fillNull(values, 0, this.count);
    this.columns.push(column);
    this.values.push(values);
    return { column, values };
  }

  /** The columns, those named first in that order. */
  inOrderOf(first: readonly string[]): { columns: RowColumn[]; values: ColumnValues[] } {
    const place = ({ name }: RowColumn): number => (first.includes(name) ? first.indexOf(name) : first.length);
    const pairs = this.columns.flatMap((column, index) => {
      const values = this.values[index];
      return values === undefined ? [] : [{ column, values }];
    });
    pairs.sort((one, other) => place(one.column) - place(other.column));
    return { columns: pairs.map(({ column }) => column), values: pairs.map(({ values }) => values) };
  }

  /** UTC microseconds, NaN for null. */
  times(): Float64Array {
    const values = this.find(({ role }) => role === 'time')?.values;
    if (!(values instanceof Float64Array)) throw new Error('rows without a time');
    return values;
  }

  /** The device of each row as a number and, by that number, as text; undefined where rows have none. */
  devices(): { numbers: ArrayLike<number>; textOf: (number: number) => string } | undefined {
    const device = this.find(({ role }) => role === 'device');
    if (device === undefined) return undefined;
    const { column, values } = device;
    const { dictionary } = column;
    const numbers = values instanceof BigInt64Array ? Float64Array.from(values, Number) : values;
    return {
      numbers,
      textOf: (number) => (dictionary === undefined ? String(number) : number < 0 ? '' : dictionary.textOf(number)),
    };
  }
}

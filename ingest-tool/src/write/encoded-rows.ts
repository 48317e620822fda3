import { formatFileDescription, LAKE_FORMAT_VERSION } from '@tidelake/lake-format';
import { describedColumn, hasNull, isNullAt, type ColumnValues, type RowColumn } from '../rows/column-values';
import { isNanColumn, nanColumn } from '../rows/nan-column';
import { isRun } from '../rows/row-order';
import { arrowColumn, isNullable } from './arrow-column';
import {
  parquetBytes,
  ROW_GROUP_ROWS,
  streamedParquetBytes,
  type ColumnLayout,
  type ParquetColumn,
} from './parquet-bytes';

/** A column of the rows to be written, and which of its values, in which order. */
export interface EncodedColumn {
  column: RowColumn;
  values: ColumnValues;
  order: Uint32Array;
}

/**
 * The bytes of a data file of the lake: the same rows in the same order give the same bytes. Rows are handed over a row group
 * at a time, so that a file of millions takes hardly more memory than one of thousands.
 * @param station the rows are of
 */
export async function encodeRows(written: readonly EncodedColumn[], station: string): Promise<Uint8Array> {
  const notNumbers = new Map(written.map(({ column, values }) => [column.name, values]));
  const own = written
    .filter(({ column }) => !isNanColumn(column))
    .map((each) => ({
      ...each,
      notNumbers: notNumbers.get(nanColumn(each.column.name).name),
      nullable: mayBeNull(each),
    }));
  const description = formatFileDescription({
    version: LAKE_FORMAT_VERSION,
    tool: 'tidelake',
    station,
    // The lake format has no words for columns of other types.
    columns: own.filter(({ column }) => column.foreign === undefined).map(({ column }) => describedColumn(column)),
  });
  const inOrder = new Set([...new Set(own.map(({ order }) => order))].filter((order) => isRun(order)));
  const rowsBetween = (start: number, end: number): ParquetColumn[] =>
    own.map(({ column, values, order, notNumbers: beside, nullable }) => {
      const first = order[0] ?? 0;
      const data = inOrder.has(order)
        ? arrowColumn(
            column,
            values.subarray(first + start, first + end),
            undefined,
            beside?.subarray(first + start, first + end),
          )
        : arrowColumn(column, values, order.subarray(start, end), beside);
      return { name: column.name, nullable, layout: layoutOf(column), data };
    });
  const count = own[0]?.order.length ?? 0;
  return count <= ROW_GROUP_ROWS
    ? parquetBytes(rowsBetween(0, count), description)
    : streamedParquetBytes(count, rowsBetween, description);
}

/** Other tools write rows without a device, which must not be lost. */
function mayBeNull({ column, values, order }: EncodedColumn): boolean {
  return isNullable(column) || (hasNull(values) && order.some((row) => isNullAt(values, row)));
}

function layoutOf({ type, role }: RowColumn): ColumnLayout {
  if (type === 'timestamp') return 'delta';
  return role === 'variable' && (type === 'float' || type === 'double') ? 'plain' : 'dictionary';
}

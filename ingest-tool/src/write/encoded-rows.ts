import { formatFileDescription, LAKE_FORMAT_VERSION } from '@tidelake/lake-format';
import { describedColumn, type ColumnValues, type RowColumn } from '../rows/column-values';
import { isNanColumn, nanColumn } from '../rows/nan-column';
import { arrowColumn, isNullable } from './arrow-column';
import { parquetBytes, type ColumnLayout } from './parquet-bytes';

/** A column of the rows to be written, and which of its values, in which order. */
export interface EncodedColumn {
  column: RowColumn;
  values: ColumnValues;
  order: Uint32Array;
}

/**
 * The bytes of a data file of the lake: the same rows in the same order give the same bytes.
 * @param station the rows are of
 */
export function encodeRows(written: readonly EncodedColumn[], station: string): Uint8Array {
  const notNumbers = new Map(written.map(({ column, values }) => [column.name, values]));
  const own = written.filter(({ column }) => !isNanColumn(column));
  return parquetBytes(
    own.map(({ column, values, order }) => {
      const data = arrowColumn(column, values, order, notNumbers.get(nanColumn(column.name).name));
      // Other tools write rows without a device, which must not be lost.
      const nullable = isNullable(column) || data.nullCount > 0;
      return { name: column.name, nullable, layout: layoutOf(column), data };
    }),
    formatFileDescription({
      version: LAKE_FORMAT_VERSION,
      tool: 'tidelake',
      station,
      columns: own.map(({ column }) => describedColumn(column)),
    }),
  );
}

function layoutOf({ type, role }: RowColumn): ColumnLayout {
  if (type === 'timestamp') return 'delta';
  return role === 'variable' && (type === 'float' || type === 'double') ? 'plain' : 'dictionary';
}

import type { QueryResult, ResultColumn } from '../workers/protocol';
import type { ExportBatch } from './export-options';

/** Rows that are handed on at a time. */
const BATCH_ROWS = 16_384;

/** An answer in batches of rows; of an empty one a batch without rows, which tells its columns. */
export function* batchesOf({ columns, rowCount }: QueryResult, batchRows = BATCH_ROWS): Generator<ExportBatch> {
  let first = 0;
  do {
    const end = Math.min(rowCount, first + batchRows);
    yield columns.map((column) => sliceColumn(column, first, end));
    first = end;
  } while (first < rowCount);
}

/** Rows from `first` up to, not including, `end`. */
export function sliceColumn(column: ResultColumn, first: number, end: number): ResultColumn {
  const valid = column.valid && { valid: column.valid.slice(first, end) };
  switch (column.kind) {
    case 'text':
      return { ...column, ...valid, values: column.values.slice(first, end) };
    case 'bigint':
      return { ...column, ...valid, values: column.values.slice(first, end) };
    case 'boolean':
      return { ...column, ...valid, values: column.values.slice(first, end) };
    default:
      return { ...column, ...valid, values: column.values.slice(first, end) };
  }
}

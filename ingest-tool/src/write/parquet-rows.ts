import { FILE_METADATA_KEY, parseFileColumns, type ColumnDescription } from '@tidelake/lake-format';
import { tableFromIPC, DataType, type Schema, type Table } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { StringDictionary } from '../decode/string-dictionary';
import { allocateValues, fillNull, type ColumnValues, type RowColumn } from '../rows/column-values';
import { ForeignValues } from '../rows/foreign-values';
import { nanColumn } from '../rows/nan-column';
import { copyForeign, copyVector, lakeTypeOf } from './arrow-values';

/** Rows of a file of the lake. */
export interface FileRows {
  count: number;
  columns: RowColumn[];
  values: ColumnValues[];
}

/** A file is decoded in parts, which keeps the decoder's memory small. Each copies the file into it, of which it may be so many bytes in all. */
const COPIED_BYTES = 2 ** 30;

/**
 * Reads a file of a lake, whoever wrote it, into columns. A column in which a value is NaN is followed by its
 * {@link nanColumn}.
 * @param known columns whose dictionaries and roles are used, by name; a column of another name gets its own
 * @throws Error where the bytes are no Parquet file
 */
export function readRows(bytes: Uint8Array, known: readonly RowColumn[]): FileRows {
  const groups = parquetMetadata(bytes).row_groups.length;
  const together = Math.max(1, Math.ceil((groups * bytes.byteLength) / COPIED_BYTES));
  const count = rowCount(bytes);
  let read: ReadColumn[] | undefined;
  let at = 0;
  for (let first = 0; first === 0 || first < groups; first += together) {
    const rowGroups = Array.from({ length: Math.min(together, groups - first) }, (_, index) => first + index);
    const part = tableFromIPC(readParquet(bytes, { batchSize: 65_536, rowGroups }).intoIPCStream());
    read ??= columnsOf(part.schema, bytes, known, count);
    for (const column of read) copyPart(part, column, at, count);
    at += part.numRows;
  }
  const rows: FileRows = { count, columns: [], values: [] };
  for (const { column, values, notNumbers } of read ?? []) {
    rows.columns.push(column);
    rows.values.push(values);
    if (notNumbers === undefined) continue;
    rows.columns.push(nanColumn(column.name));
    rows.values.push(notNumbers);
  }
  return rows;
}

/** A column while its values come in. */
interface ReadColumn {
  column: RowColumn;
  values: ColumnValues;
  /** Which values are NaN; undefined where none is so far. */
  notNumbers: ColumnValues | undefined;
}

function columnsOf(schema: Schema, bytes: Uint8Array, known: readonly RowColumn[], count: number): ReadColumn[] {
  let about: ColumnDescription[] | undefined;
  return schema.fields.map((field) => {
    // A column that never had a value has no type either; an integer of nulls unites with any other.
    const lakeType = DataType.isNull(field.type) ? 'integer' : lakeTypeOf(field.type);
    const foreign = lakeType === undefined ? new ForeignValues(field.type, lossOf(field.type, bytes)) : undefined;
    const type = lakeType ?? 'text';
    const own = known.find(
      (column) => column.name === field.name && column.type === type && column.foreign?.name === foreign?.name,
    );
    about = own === undefined ? (about ?? aboutColumns(bytes)) : about;
    const column: RowColumn = own ?? {
      ...(about?.find(({ name }) => name === field.name) ?? { name: field.name, role: 'about' }),
      type,
      dictionary: type === 'text' ? new StringDictionary() : undefined,
      ...(foreign === undefined ? {} : { foreign }),
    };
    return { column, values: allocateValues(type, count), notNumbers: undefined };
  });
}

/** Copies the values of a part of a file, whose first row is number `at` of its `count`. */
function copyPart(part: Table, read: ReadColumn, at: number, count: number): void {
  const { column } = read;
  const vector = part.getChild(column.name);
  const values = read.values.subarray(at, at + part.numRows);
  if (vector === null) return;
  if (DataType.isNull(vector.type)) fillNull(values, 0, part.numRows);
  else if (column.foreign !== undefined) copyForeign(vector, column.foreign, column.dictionary, values);
  else
    copyVector(vector, column.dictionary, values, (row) => {
      if (read.notNumbers === undefined) fillNull((read.notNumbers = allocateValues('boolean', count)), 0, count);
      read.notNumbers[at + row] = 1;
    });
}

/** How many rows a Parquet file says it has. */
export function rowCount(bytes: Uint8Array): number {
  return Number(parquetMetadata(bytes).num_rows);
}

/** The type of Parquet that a column cannot be written as again; undefined where it can. */
function lossOf(type: DataType, bytes: Uint8Array): string | undefined {
  // Arrow has no UUID, and its intervals are of days or of months but not of both.
  if (!/Interval|FixedSizeBinary/.test(String(type))) return undefined;
  const leaves = parquetMetadata(bytes).schema.map(
    ({ logical_type: logical, converted_type: converted }) => logical?.type ?? converted,
  );
  return leaves.find((leaf) => leaf === 'UUID' || leaf === 'INTERVAL');
}

/** What a file says of its own columns; nothing where another tool wrote it. */
function aboutColumns(bytes: Uint8Array): ColumnDescription[] {
  const metadata = parquetMetadata(bytes);
  return parseFileColumns(metadata.key_value_metadata?.find(({ key }) => key === FILE_METADATA_KEY)?.value ?? '');
}

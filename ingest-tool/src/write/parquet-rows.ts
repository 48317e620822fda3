import { FILE_METADATA_KEY, parseFileColumns, type ColumnDescription } from '@tidelake/lake-format';
import { tableFromIPC, DataType } from 'apache-arrow';
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

/**
 * Reads a file of a lake, whoever wrote it, into columns. A column in which a value is NaN is followed by its
 * {@link nanColumn}.
 * @param known columns whose dictionaries and roles are used, by name; a column of another name gets its own
 * @throws Error where the bytes are no Parquet file
 */
export function readRows(bytes: Uint8Array, known: readonly RowColumn[]): FileRows {
  const table = tableFromIPC(readParquet(bytes, { batchSize: 65_536 }).intoIPCStream());
  let about: ColumnDescription[] | undefined;
  const rows: FileRows = { count: table.numRows, columns: [], values: [] };
  for (const field of table.schema.fields) {
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
    const values = allocateValues(type, table.numRows);
    let notNumbers: ColumnValues | undefined;
    const vector = table.getChild(field.name);
    if (vector === null) continue;
    if (DataType.isNull(field.type)) fillNull(values, 0, table.numRows);
    else if (column.foreign !== undefined) copyForeign(vector, column.foreign, column.dictionary, values);
    else
      copyVector(vector, column.dictionary, values, (row) => {
        if (notNumbers === undefined)
          fillNull((notNumbers = allocateValues('boolean', table.numRows)), 0, table.numRows);
        notNumbers[row] = 1;
      });
    rows.columns.push(column);
    rows.values.push(values);
    if (notNumbers !== undefined) {
      rows.columns.push(nanColumn(field.name));
      rows.values.push(notNumbers);
    }
  }
  return rows;
}

/** How many rows a Parquet file says it has. */
export function rowCount(bytes: Uint8Array): number {
  return Number(parquetMetadata(new Uint8Array(bytes).buffer).num_rows);
}

/** The type of Parquet that a column cannot be written as again; undefined where it can. */
function lossOf(type: DataType, bytes: Uint8Array): string | undefined {
  // Arrow has no UUID, and its intervals are of days or of months but not of both.
  if (!/Interval|FixedSizeBinary/.test(String(type))) return undefined;
  const leaves = parquetMetadata(new Uint8Array(bytes).buffer).schema.map(
    ({ logical_type: logical, converted_type: converted }) => logical?.type ?? converted,
  );
  return leaves.find((leaf) => leaf === 'UUID' || leaf === 'INTERVAL');
}

/** What a file says of its own columns; nothing where another tool wrote it. */
function aboutColumns(bytes: Uint8Array): ColumnDescription[] {
  const metadata = parquetMetadata(new Uint8Array(bytes).buffer);
  return parseFileColumns(metadata.key_value_metadata?.find(({ key }) => key === FILE_METADATA_KEY)?.value ?? '');
}

import { FILE_METADATA_KEY, parseFileColumns, type ColumnDescription, type ColumnType } from '@tidelake/lake-format';
import { DataType, TimeUnit, tableFromIPC, type Data, type Table } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { StringDictionary } from '../decode/string-dictionary';
import { allocateValues, NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';

/** Rows of a file of the lake. */
export interface FileRows {
  count: number;
  columns: RowColumn[];
  values: ColumnValues[];
}

/**
 * Reads a file of the lake back into columns.
 * @param known columns whose dictionaries are used, by name; a column of another name gets its own
 * @throws Error where the bytes are no Parquet file, or a column has a type that the lake does not write
 */
export function readRows(bytes: Uint8Array, known: readonly RowColumn[]): FileRows {
  const table = tableFromIPC(readParquet(bytes, { batchSize: 65_536 }).intoIPCStream());
  const about = aboutColumns(bytes);
  const columns = table.schema.fields.map((field): RowColumn => {
    const type = typeOf(field.type);
    if (type === undefined) throw new Error(`the column ${field.name} has the type ${String(field.type)}`);
    const own = known.find(({ name }) => name === field.name);
    if (own !== undefined && own.type === type) return own;
    const described = about.find(({ name }) => name === field.name);
    return {
      ...(described ?? { name: field.name, role: 'about' }),
      type,
      dictionary: type === 'text' ? new StringDictionary() : undefined,
    };
  });
  return { count: table.numRows, columns, values: columns.map((column) => valuesOf(table, column)) };
}

function aboutColumns(bytes: Uint8Array): ColumnDescription[] {
  const metadata = parquetMetadata(new Uint8Array(bytes).buffer);
  return parseFileColumns(metadata.key_value_metadata?.find(({ key }) => key === FILE_METADATA_KEY)?.value ?? '');
}

function typeOf(type: DataType): ColumnType | undefined {
  if (DataType.isUtf8(type)) return 'text';
  if (DataType.isTimestamp(type)) return type.unit === TimeUnit.MICROSECOND ? 'timestamp' : undefined;
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isFloat(type)) return type.precision === 2 ? 'double' : type.precision === 1 ? 'float' : undefined;
  if (DataType.isInt(type) && type.isSigned)
    return type.bitWidth === 64 ? 'bigint' : type.bitWidth === 32 ? 'integer' : undefined;
  return undefined;
}

function valuesOf(table: Table, column: RowColumn): ColumnValues {
  const values = allocateValues(column.type, table.numRows);
  const vector = table.getChild(column.name);
  let at = 0;
  for (const data of vector?.data ?? []) {
    if (values instanceof Int32Array) readTexts(data, column.dictionary, values, at);
    else if (values instanceof BigInt64Array) readBigints(data, values, at);
    else readNumbers(data, column.type, values, at);
    at += data.length;
  }
  return values;
}

const isNull = (data: Data, row: number): boolean => data.nullCount > 0 && !data.getValid(row);

function readTexts(data: Data, dictionary: StringDictionary | undefined, into: Int32Array, at: number): void {
  const bytes: Uint8Array = data.values;
  const offsets: Int32Array = data.valueOffsets;
  for (let row = 0; row < data.length; row++) {
    into[at + row] =
      isNull(data, row) || dictionary === undefined
        ? -1
        : dictionary.intern(bytes, offsets[row] ?? 0, offsets[row + 1] ?? 0);
  }
}

function readBigints(data: Data, into: BigInt64Array, at: number): void {
  const values: BigInt64Array = data.values;
  for (let row = 0; row < data.length; row++) into[at + row] = isNull(data, row) ? NULL_BIGINT : (values[row] ?? 0n);
}

function readNumbers(data: Data, type: ColumnType, into: Float64Array | Float32Array, at: number): void {
  const values: ArrayLike<number> | BigInt64Array | Uint8Array = data.values;
  for (let row = 0; row < data.length; row++) {
    const bit = data.offset + row;
    const value = type === 'boolean' ? (Number(values[bit >> 3] ?? 0) >> (bit & 7)) & 1 : Number(values[row] ?? 0);
    into[at + row] = isNull(data, row) ? Number.NaN : value;
  }
}

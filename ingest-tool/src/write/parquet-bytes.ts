import { FILE_METADATA_KEY } from '@tidelake/lake-format';
import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, type Data } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import {
  Compression,
  Encoding,
  EnabledStatistics,
  Table as WasmTable,
  transformParquetStream,
  writeParquet,
  WriterPropertiesBuilder,
  type WriterProperties,
} from 'parquet-wasm';

/** Rows a reader can skip at a time; the size DuckDB and most other writers choose. */
export const ROW_GROUP_ROWS = 122_880;

/** Below this a column chunk is one page, and a page index would repeat its statistics. */
const PAGE_INDEX_ROWS = 20_000;

/** How a column is laid out: times rise steadily, measured values hardly repeat, ids and the like do. */
export type ColumnLayout = 'delta' | 'plain' | 'dictionary';

export interface ParquetColumn {
  name: string;
  nullable: boolean;
  layout: ColumnLayout;
  data: Data;
}

/**
 * The bytes of a Parquet file: the same columns and metadata give the same bytes.
 * @param description JSON text, kept as key-value metadata under {@link FILE_METADATA_KEY}
 */
export function parquetBytes(columns: readonly ParquetColumn[], description: string): Uint8Array {
  const length = columns[0]?.data.length ?? 0;
  return writeParquet(WasmTable.fromIPCStream(ipcOf(columns)), propertiesOf(columns, length, description));
}

/**
 * The same of rows that are handed over one row group after the other, so that they are never in the writer's memory all at
 * once, nor is the file.
 * @param rowsBetween makes the columns of the rows from `start` to before `end`; names, layouts and types stay the same
 */
export async function streamedParquetBytes(
  count: number,
  rowsBetween: (start: number, end: number) => readonly ParquetColumn[],
  description: string,
): Promise<Uint8Array> {
  let start = 0;
  const groups = new ReadableStream(
    {
      pull: (controller) => {
        const end = Math.min(count, start + ROW_GROUP_ROWS);
        enqueueTable(controller, WasmTable.fromIPCStream(ipcOf(rowsBetween(start, end))));
        start = end;
        if (start === count) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const parts: Uint8Array[] = [];
  const written = await transformParquetStream(groups, propertiesOf(rowsBetween(0, 0), count, description));
  const reader = written.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) parts.push(step.value);
  return Buffer.concat(parts);
}

/** Hands the rows of a table on to the writer, and frees the table, which else stays in WebAssembly's memory until it is collected. */
export function enqueueTable(controller: ReadableStreamDefaultController, table: WasmTable): void {
  for (const batch of table.recordBatches()) controller.enqueue(batch);
  table.free();
}

function ipcOf(columns: readonly ParquetColumn[]): Uint8Array {
  const length = columns[0]?.data.length ?? 0;
  const schema = new Schema(columns.map(({ name, data, nullable }) => new Field(name, data.type, nullable)));
  const children = columns.map(({ data }) => data);
  const rows = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
  return tableToIPC(new Table([new RecordBatch(schema, rows)]), 'stream');
}

function propertiesOf(columns: readonly ParquetColumn[], count: number, description: string): WriterProperties {
  let properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setStatisticsEnabled(count > PAGE_INDEX_ROWS ? EnabledStatistics.Page : EnabledStatistics.Chunk)
    // One key only: the writer keeps them in a hash map, and a second would come out in an order that varies.
    .setKeyValueMetadata(new Map([[FILE_METADATA_KEY, description]]));
  for (const { name, layout } of columns) {
    if (layout === 'dictionary') continue;
    properties = properties.setColumnDictionaryEnabled(name, false);
    if (layout === 'delta') properties = properties.setColumnEncoding(name, Encoding.DELTA_BINARY_PACKED);
  }
  return properties.build();
}

/**
 * Makes sure that bytes end in a Parquet footer that agrees with itself.
 * @param rows how many there must be; unknown where undefined
 * @throws Error where they do not
 */
export function checkParquet(bytes: Uint8Array, rows?: number): void {
  const metadata = parquetMetadata(bytes);
  const inGroups = metadata.row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  if (Number(metadata.num_rows) !== inGroups || (rows !== undefined && rows !== inGroups)) {
    throw new Error(
      `the footer says ${metadata.num_rows} rows, ${inGroups} in its groups; written were ${rows ?? 'as many'}`,
    );
  }
}

import { formatFileDescription, LAKE_FORMAT_VERSION, FILE_METADATA_KEY } from '@tidelake/lake-format';
import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import { Compression, Table as WasmTable, transformParquetStream, WriterPropertiesBuilder } from 'parquet-wasm';
import { describedColumn, type RowColumn } from '../rows/column-values';
import { arrowColumn } from '../write/arrow-column';
import { enqueueTable } from '../write/parquet-bytes';
import type { ExportRows } from './export-rows';

/** Rows a reader can skip at a time. */
const ROW_GROUP_ROWS = 122_880;

/** Rows as one Parquet file, written as they come. */
export async function* parquetStream(
  rows: AsyncIterable<ExportRows>,
  columns: readonly RowColumn[],
  stations: readonly string[],
): AsyncGenerator<Uint8Array> {
  const batches = rows[Symbol.asyncIterator]();
  const wasmBatches = new ReadableStream({
    pull: async (controller) => {
      const step = await batches.next();
      if (step.done === true) controller.close();
      else enqueueTable(controller, WasmTable.fromIPCStream(ipcOf(step.value)));
    },
  });
  const description = formatFileDescription({
    version: LAKE_FORMAT_VERSION,
    tool: 'tidelake',
    station: stations.join(', '),
    columns: columns.map(describedColumn),
  });
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setKeyValueMetadata(new Map([[FILE_METADATA_KEY, description]]))
    .build();
  const reader = (await transformParquetStream(wasmBatches, properties)).getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
}

function ipcOf({ count, columns, values }: ExportRows): Uint8Array {
  const order = Uint32Array.from({ length: count }, (_, row) => row);
  const children = columns.map((column, index) => arrowColumn(column, values[index] ?? new Float64Array(count), order));
  // The same for every batch: a column without nulls in one may have some in the next.
  const schema = new Schema(children.map(({ type }, index) => new Field(columns[index]?.name ?? '', type, true)));
  const data = makeData({ type: new Struct(schema.fields), length: count, nullCount: 0, children });
  return tableToIPC(new Table([new RecordBatch(schema, data)]), 'stream');
}

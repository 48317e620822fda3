import { type RecordBatch, type Schema, Table, tableToIPC } from 'apache-arrow';
import { Compression, Table as WasmTable, transformParquetStream, WriterPropertiesBuilder } from 'parquet-wasm/esm';
import { arrowBatch, arrowSchema } from './arrow-batch';
import type { ExportBatch, ExportOptions } from './export-options';

/** Rows a reader can skip at a time. */
const ROW_GROUP_ROWS = 122_880;

/** Writes Parquet with zstd, as the batches come. parquet-wasm must have been initialised. */
export async function* writeParquet(
  batches: AsyncIterable<ExportBatch>,
  options: ExportOptions,
): AsyncGenerator<Uint8Array> {
  const source = batches[Symbol.asyncIterator]();
  let schema: Schema | undefined;
  // The library loses what goes wrong in its source, and says “Dyn casting error”.
  let failure: unknown;
  const pull = async (controller: ReadableStreamDefaultController<unknown>) => {
    try {
      const step = await source.next();
      if (step.done === true) {
        controller.close();
        return;
      }
      schema ??= arrowSchema(step.value, options);
      for (const batch of WasmTable.fromIPCStream(ipcOf(arrowBatch(schema, step.value))).recordBatches()) {
        controller.enqueue(batch);
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setKeyValueMetadata(new Map(options.about.map(([name, value]) => [name, value])))
    .build();
  try {
    const stream = await transformParquetStream(new ReadableStream({ pull }), properties);
    const reader = stream.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
  } catch (error) {
    throw failure ?? error;
  }
}

function ipcOf(batch: RecordBatch): Uint8Array {
  return tableToIPC(new Table([batch]), 'stream');
}

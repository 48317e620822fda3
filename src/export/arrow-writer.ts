import { RecordBatchFileWriter, type Schema } from 'apache-arrow';
import { arrowBatch, arrowSchema } from './arrow-batch';
import type { ExportBatch, ExportOptions } from './export-options';

/** Writes an Arrow IPC file (Feather 2), which pandas, R and DuckDB read. */
export async function* writeArrow(
  batches: AsyncIterable<ExportBatch>,
  options: ExportOptions,
): AsyncGenerator<Uint8Array> {
  const writer = new RecordBatchFileWriter();
  const written = writer[Symbol.asyncIterator]();
  let schema: Schema | undefined;
  const feeding = (async () => {
    for await (const columns of batches) {
      schema ??= arrowSchema(columns, options);
      writer.write(arrowBatch(schema, columns));
    }
    writer.finish();
  })();
  feeding.catch((error: unknown) => writer.abort(error));
  for (let step = await written.next(); step.done !== true; step = await written.next()) yield step.value;
  await feeding;
}

import type { ExportBatch, ExportOptions } from './export-options';
import { writeCsv } from './csv-writer';
import { writeGeoJson, writeJson } from './json-writer';

/** Writes rows as a file, in pieces. What a format needs is fetched when it is first asked for. */
export async function* writeExport(
  batches: AsyncIterable<ExportBatch>,
  options: ExportOptions,
): AsyncGenerator<Uint8Array> {
  switch (options.format) {
    case 'csv':
      yield* writeCsv(batches, options);
      return;
    case 'json':
      yield* writeJson(batches);
      return;
    case 'geojson':
      yield* writeGeoJson(batches, options);
      return;
    case 'arrow': {
      const { writeArrow } = await import('./arrow-writer');
      yield* writeArrow(batches, options);
      return;
    }
    case 'parquet': {
      const { writeParquet } = await import('./parquet-writer');
      yield* writeParquet(batches, options);
    }
  }
}

import type { QueryResult, ResultColumn } from '../workers/protocol';
import { sliceColumn } from './export-batches';
import type { ExportBatch, ExportOptions } from './export-options';
import { writeCsv } from './csv-writer';
import { writeGeoJson, writeJson } from './json-writer';

const SAMPLED_ROWS = 400;

/** What zstd and dictionaries leave of sensor data, from the committed samples; only an idea of it. */
const PARQUET_SHARE = 0.45;

/**
 * About how many bytes a file is going to have: text formats are written for some rows, the binary
 * ones counted by the widths of their columns.
 * @param rowCount of the whole export, of which `result` may be a part
 */
export async function estimateSize(
  { columns, rowCount: have }: QueryResult,
  rowCount: number,
  options: ExportOptions,
): Promise<number> {
  if (have === 0) return 0;
  const sample = sampleOf(columns, have);
  const sampled = sample[0]?.values.length ?? 1;
  if (options.format === 'arrow' || options.format === 'parquet') {
    const bytes = (sample.reduce((sum, column) => sum + widthOf(column), 0) / sampled) * rowCount;
    return Math.round(options.format === 'arrow' ? bytes : bytes * PARQUET_SHARE);
  }
  const about = async (batch: ExportBatch) => {
    let bytes = 0;
    for await (const chunk of writerOf(options)(once(batch), options)) bytes += chunk.byteLength;
    return bytes;
  };
  const none = await about(columns.map((column) => sliceColumn(column, 0, 0)));
  return Math.round(none + (((await about(sample)) - none) / sampled) * rowCount);
}

function writerOf({ format }: ExportOptions) {
  if (format === 'csv') return writeCsv;
  return format === 'geojson' ? writeGeoJson : writeJson;
}

async function* once(batch: ExportBatch): AsyncGenerator<ExportBatch> {
  yield await Promise.resolve(batch);
}

/** Some hundred rows from the middle. */
function sampleOf(columns: readonly ResultColumn[], have: number): ResultColumn[] {
  const first = Math.max(0, Math.floor((have - SAMPLED_ROWS) / 2));
  return columns.map((column) => sliceColumn(column, first, Math.min(have, first + SAMPLED_ROWS)));
}

/** Bytes in Arrow. */
function widthOf(column: ResultColumn): number {
  const { length } = column.values;
  switch (column.kind) {
    case 'text':
      return column.values.reduce((sum, text) => sum + 4 + text.length, 0);
    case 'boolean':
      return length / 8;
    case 'date':
      return 4 * length;
    case 'number':
      return (/^(?:FLOAT|U?TINYINT|U?SMALLINT|INTEGER)$/.test(column.sqlType) ? 4 : 8) * length;
    default:
      return 8 * length;
  }
}

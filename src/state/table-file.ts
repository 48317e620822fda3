import { batchesOf } from '../export/export-batches';
import type { ExportBatch } from '../export/export-options';
import { LakeError } from '../lake/lake-error';
import { emptyReceipt } from '../lake/receipt';
import type { LakeSource } from '../sources/lake-source';
import { exportInWorker } from '../workers/export-client';

/** Text is held in memory several times over while it is read. */
const MOST_TEXT = 200_000_000;

/** What a reader's file is called in SQL: its name, as an identifier. */
export function tableNameOf(file: string): string {
  const name = file
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  if (name === '' || name === 'lake') return 'table_1';
  return /^\d/.test(name) ? `t_${name}` : name;
}

/**
 * A reader's file as what can be attached beside the lake. CSV, TSV and GeoJSON are made into Parquet in memory first, so
 * that there is one way into the engine.
 * @throws LakeError where it is none of them, or too large
 */
export async function sourceOfFile(file: File, signal: AbortSignal): Promise<LakeSource> {
  if (/\.parquet$/i.test(file.name)) return filesSource(file.name, file);
  const isText = /\.(?:csv|tsv|txt)$/i.test(file.name);
  if (!isText && !/\.(?:geo)?json$/i.test(file.name)) {
    throw fileError(`${file.name} is neither CSV, TSV, Parquet nor GeoJSON.`, 'Give one of these.');
  }
  if (file.size > MOST_TEXT) {
    throw fileError(`${file.name} is too large to be read at once.`, 'Make it Parquet first, as with DuckDB.');
  }
  const { columnsOfGeoJson, columnsOfText } = await import('../workers/table-columns');
  const text = await file.text();
  const columns = isText ? columnsOfText(text) : columnsOfGeoJson(text);
  const result = { columns, rowCount: columns[0]?.values.length ?? 0, receipt: emptyReceipt() };
  const parts: Blob[] = [];
  async function* batches(): AsyncGenerator<ExportBatch> {
    for (const batch of batchesOf(result)) yield await Promise.resolve(batch);
  }
  await exportInWorker(
    { format: 'parquet', meanings: {}, about: [], unitRow: false, header: false, places: undefined },
    batches(),
    (bytes) => {
      parts.push(new Blob([Uint8Array.from(bytes)]));
      return Promise.resolve();
    },
    signal,
  );
  const name = file.name.replace(/\.[^.]*$/, '.parquet');
  return filesSource(file.name, new File(parts, name));
}

function filesSource(name: string, file: File): LakeSource {
  return { kind: 'files', name, files: [{ path: file.name, file }] };
}

function fileError(message: string, advice: string): LakeError {
  return new LakeError({ code: 'unsupported', message, advice });
}

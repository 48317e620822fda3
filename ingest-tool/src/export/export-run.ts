import { encodePartitionText } from '@tidelake/lake-format';
import type { ReadableLake } from '../manifest/readable-lake';
import type { Mapping } from '../map/mapping';
import { peakMemory } from '../peak-memory';
import { EXIT, ToolError } from '../tool-error';
import { wholeContent, writeToFile, writeToOutput } from './byte-sink';
import { csvHeader, csvRows } from './csv-rows';
import { aboutLines } from './about-lines';
import { planExport, type ExportPlan, type ExportRequest } from './export-plan';
import { exportRows, wideColumns, withDevices, type ExportRows } from './export-rows';
import { parquetStream } from './parquet-stream';
import { RowCalibrator } from './row-calibrator';
import { SensorColumns } from './sensor-columns';
import { sensorsTable } from './sensors-table';
import { tidyColumns, tidyRows } from './tidy-rows';
import { zipStream } from './zip-stream';

/** How an export is written. */
export const EXPORT_FORMATS = ['csv', 'parquet', 'zip'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What a line is: an observation, a station's time with a column for each sensor, or a reading. */
export const EXPORT_FORMS = ['wide', 'sensors', 'tidy'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

export interface ExportSettings {
  source: ReadableLake;
  request: ExportRequest;
  /** A file, or `-` for the standard output. */
  to: string;
  format: ExportFormat;
  form: ExportForm;
  /** Calibrations are told in the table of sensors. */
  mapping: Mapping | undefined;
  /** Whether they are applied to rows that have not been calibrated. */
  isCalibrated: boolean;
  hasUnitsRow: boolean;
  hasHeader: boolean;
  signal: AbortSignal;
  onProgress: (rows: number) => void;
}

/** What an export wrote. */
export interface ExportReport {
  /** Lines of data: observations in the wide form, times of stations in that by sensors, readings in the tidy one. */
  rows: number;
  bytes: number;
  stations: number;
  variables: number;
  /** The files, the table of sensors among them. */
  files: string[];
  elapsedSeconds: number;
  peakRssBytes: number;
}

/**
 * Writes a part of a lake as CSV, Parquet or a zip of a CSV for each station. The same lake and request give the same bytes.
 * @throws ToolError where something that is asked for is not there, cannot be read or not be written; an abort ends in the
 * signal's reason
 */
export async function runExport(settings: ExportSettings): Promise<ExportReport> {
  const started = performance.now();
  if (settings.isCalibrated && settings.mapping === undefined) {
    throw new ToolError(
      EXIT.usage,
      '--calibrated needs the calibrations',
      'Give the mapping that declares them with --mapping.',
    );
  }
  const { source, signal, form } = settings;
  const asked = planExport(source.description, settings.request);
  // Sensors are called by their devices where a station has several.
  const plan = form === 'wide' ? asked : await withDevices(source, asked, signal);
  const count = { rows: 0 };
  const write =
    settings.to === '-' ? writeToOutput : (chunks: AsyncIterable<Uint8Array>) => writeToFile(settings.to, chunks);
  const files = [settings.to];
  let bytes = await write(contentOf(plan, settings, count));
  if (settings.form !== 'wide' && settings.format !== 'zip' && settings.to !== '-') {
    const path = settings.to.replace(/(\.\w+)?$/, '.sensors.csv');
    bytes += await writeToFile(path, wholeContent(sensorsTable(plan, settings.mapping?.calibrations ?? [])));
    files.push(path);
  }
  return {
    rows: count.rows,
    bytes,
    stations: plan.stations.length,
    variables: plan.variables.length,
    files,
    elapsedSeconds: Number(((performance.now() - started) / 1000).toFixed(3)),
    peakRssBytes: peakMemory(),
  };
}

function contentOf(plan: ExportPlan, settings: ExportSettings, count: { rows: number }): AsyncIterable<Uint8Array> {
  if (settings.format === 'csv') return csvOf(plan, settings, count);
  if (settings.format === 'parquet') {
    const { columns, rows } = formed(plan, settings, count);
    return parquetStream(
      rows,
      columns,
      plan.stations.map(({ id }) => id),
    );
  }
  const sensors = sensorsTable(plan, settings.mapping?.calibrations ?? []);
  return zipStream([
    { path: 'sensors.csv', content: () => wholeContent(sensors) },
    ...plan.stations.map((station) => ({
      path: `${encodePartitionText(station.id)}.csv`,
      content: () => csvOf({ ...plan, stations: [station] }, settings, count),
    })),
  ]);
}

async function* csvOf(plan: ExportPlan, settings: ExportSettings, count: { rows: number }): AsyncGenerator<Uint8Array> {
  const { columns, rows } = formed(plan, settings, count);
  if (settings.hasHeader) yield aboutLines(plan);
  yield csvHeader(columns, settings.hasUnitsRow);
  yield* csvRows(rows);
}

function formed(
  plan: ExportPlan,
  settings: ExportSettings,
  count: { rows: number },
): { columns: ReturnType<typeof wideColumns>; rows: AsyncIterable<ExportRows> } {
  const { source, mapping, isCalibrated, form, signal } = settings;
  const calibrator = isCalibrated && mapping !== undefined ? new RowCalibrator(mapping) : undefined;
  const wide = wideColumns(plan);
  const rows = exportRows(source, plan, wide, calibrator, signal);
  if (form === 'wide') return { columns: wide, rows: counted(rows, settings, count) };
  if (form === 'sensors') {
    const sensors = new SensorColumns(plan);
    return { columns: sensors.columns, rows: counted(sensors.rows(rows), settings, count) };
  }
  const columns = tidyColumns(plan);
  return { columns, rows: counted(tidyRows(rows, plan, columns), settings, count) };
}

async function* counted(
  rows: AsyncIterable<ExportRows>,
  { signal, onProgress }: ExportSettings,
  count: { rows: number },
): AsyncGenerator<ExportRows> {
  for await (const batch of rows) {
    signal.throwIfAborted();
    count.rows += batch.count;
    onProgress(count.rows);
    yield batch;
  }
}

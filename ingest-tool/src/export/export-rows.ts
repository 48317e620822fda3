import { StringDictionary } from '../decode/string-dictionary';
import type { ReadableLake } from '../manifest/readable-lake';
import {
  allocateValues,
  fillNull,
  gatherValues,
  NULL_BIGINT,
  type ColumnValues,
  type RowColumn,
} from '../rows/column-values';
import { widened } from '../rows/united-rows';
import { compareKeys } from '../serve/key-order';
import { EXIT, ToolError } from '../tool-error';
import { readRows } from '../write/parquet-rows';
import type { ExportPlan } from './export-plan';
import { lakeFiles, type LakeFile } from './lake-files';
import type { RowCalibrator } from './row-calibrator';

/** Files that are read while an earlier one is taken apart: of a bucket each takes a round trip. */
const READ_AHEAD = 8;

/** The column that says the station; partition keys are not among those of the lake. */
const STATION = 'station';

/** Rows that go out together, column by column. */
export interface ExportRows {
  count: number;
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
}

/** The columns of rows as the lake has them, with the station in front. */
export function wideColumns(plan: ExportPlan): RowColumn[] {
  return [{ name: STATION, type: 'text', role: 'about' } as const, ...plan.columns].map((column) => ({
    ...column,
    dictionary: column.type === 'text' ? new StringDictionary() : undefined,
  }));
}

/**
 * The rows of a lake that are asked for: station by station and day by day, in the order of the files. Values with other
 * flags than asked for are null; rows whose time has one are left out.
 * @param columns made by {@link wideColumns}
 * @throws ToolError where a file cannot be read
 */
export async function* exportRows(
  source: ReadableLake,
  plan: ExportPlan,
  columns: readonly RowColumn[],
  calibrator: RowCalibrator | undefined,
  signal: AbortSignal,
): AsyncGenerator<ExportRows> {
  for await (const { file, bytes } of readFiles(source, plan, signal)) {
    yield rowsOfFile(bytes, file, columns, plan, calibrator);
  }
}

/** The files of an export one after the other, the next ones being read meanwhile. */
async function* readFiles(
  source: ReadableLake,
  plan: ExportPlan,
  signal: AbortSignal,
): AsyncGenerator<{ file: LakeFile; bytes: Uint8Array }> {
  const waiting: { file: LakeFile; bytes: Promise<Uint8Array> }[] = [];
  const next = async (): Promise<{ file: LakeFile; bytes: Uint8Array }[]> => {
    const first = waiting.shift();
    return first === undefined ? [] : [{ file: first.file, bytes: await first.bytes }];
  };
  for await (const file of lakeFiles(source, plan, signal)) {
    const bytes = bytesOf(source, file, signal);
    // Whoever awaits it is told of a failure; until then it must not end the process.
    bytes.catch(() => undefined);
    waiting.push({ file, bytes });
    if (waiting.length > READ_AHEAD) yield* await next();
  }
  while (waiting.length > 0) yield* await next();
}

/**
 * The plan with the devices of stations whose description names none, found by reading all their rows; as it is where the
 * lake's rows have no device, or all are named.
 */
export async function withDevices(source: ReadableLake, plan: ExportPlan, signal: AbortSignal): Promise<ExportPlan> {
  const device = plan.columns.find(({ role }) => role === 'device');
  const unknown = plan.stations.filter(({ devices }) => devices.length === 0);
  if (device === undefined || unknown.length === 0) return plan;
  const found = new Map(unknown.map(({ id }) => [id, new Set<string>()]));
  for await (const { file, bytes } of readFiles(source, { ...plan, stations: unknown }, signal)) {
    const { columns, values } = read(bytes, file.path, []);
    const index = columns.findIndex(({ name }) => name === device.name);
    const [dictionary, own] = [columns[index]?.dictionary, values[index]];
    for (const id of new Set<number | bigint>(own)) {
      if (id === -1 || id === NULL_BIGINT || Number.isNaN(id)) continue;
      found.get(file.station)?.add(dictionary === undefined ? String(id) : dictionary.textOf(Number(id)));
    }
  }
  const stations = plan.stations.map((station) => {
    const ids = [...(found.get(station.id) ?? [])].sort(compareKeys);
    return station.devices.length > 0 ? station : { ...station, devices: ids.map((id) => ({ id })) };
  });
  return { ...plan, stations };
}

async function bytesOf({ data }: ReadableLake, { path, etag }: LakeFile, signal: AbortSignal): Promise<Uint8Array> {
  const read = await data.read(path, signal);
  if (read !== undefined && (etag === null || read.etag === etag)) return read.bytes;
  throw new ToolError(
    EXIT.input,
    `${path} of ${data.url} ${read === undefined ? 'is gone' : 'is not what the manifest says'}`,
    'Where somebody is writing to the lake, run the same command again; else bring its manifest up to date: tidelake manifest.',
  );
}

/**
 * The rows of a file, as {@link exportRows} gives them.
 * @throws ToolError where it cannot be read
 */
export function rowsOfFile(
  bytes: Uint8Array,
  { path, station }: Pick<LakeFile, 'path' | 'station'>,
  columns: readonly RowColumn[],
  plan: ExportPlan,
  calibrator: RowCalibrator | undefined,
): ExportRows {
  const { count, columns: there, values: own } = read(bytes, path, columns);
  const values = columns.map((column) => {
    if (column.name === STATION) {
      return new Int32Array(count).fill(station === '' ? -1 : (column.dictionary?.internText(station) ?? -1));
    }
    const index = there.findIndex(({ name }) => name === column.name);
    const found = own[index];
    const type = there[index]?.type;
    if (found !== undefined && type !== undefined) {
      const values = widened(found, type, column.type);
      if (values !== undefined) return values;
      throw unreadable(path, `${column.name} is ${type}, which is not ${column.type} as in the lake's other files`);
    }
    const missing = allocateValues(column.type, count);
    fillNull(missing, 0, count);
    return missing;
  });
  if (calibrator !== undefined) calibrator.apply(columns, values, count);
  if (plan.flags !== undefined) hideFlagged(columns, values, count, plan.flags);
  return withinSpan({ count, columns, values }, plan);
}

function read(bytes: Uint8Array, path: string, columns: readonly RowColumn[]): ReturnType<typeof readRows> {
  try {
    return readRows(bytes, columns);
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function unreadable(path: string, problem: string, cause?: unknown): ToolError {
  const advice = 'tidelake validate tells what is wrong with it; move it away to export the rest.';
  return new ToolError(EXIT.input, `${path} cannot be read: ${problem}`, advice, { cause });
}

/** A value without a flag was not evaluated, which is the flag 2. */
function hideFlagged(
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  count: number,
  kept: ReadonlySet<number>,
): void {
  columns.forEach((column, index) => {
    const flagIndex = columns.findIndex(({ role, name }) => role === 'flag' && name === flagColumnOf(column));
    const flags = values[flagIndex];
    const own = values[index];
    if (!(flags instanceof Float64Array) || own === undefined) return;
    for (let row = 0; row < count; row++) {
      const flag = flags[row] ?? Number.NaN;
      if (!kept.has(Number.isNaN(flag) ? 2 : flag)) fillNull(own, row, row + 1);
    }
  });
}

function flagColumnOf({ name, role }: RowColumn): string {
  if (role === 'flag') return '';
  return role === 'latitude' || role === 'longitude' || role === 'depth' ? 'position_qc' : `${name}_qc`;
}

/** Leaves rows out that are not in the span, or whose time was hidden. */
function withinSpan(rows: ExportRows, { from, to }: ExportPlan): ExportRows {
  const time = rows.values[rows.columns.findIndex(({ role }) => role === 'time')];
  if (!(time instanceof Float64Array)) return rows;
  const kept = new Uint32Array(rows.count);
  let count = 0;
  for (let row = 0; row < rows.count; row++) {
    const at = time[row] ?? Number.NaN;
    if (at >= from && at < to) kept[count++] = row;
  }
  if (count === rows.count) return rows;
  const order = kept.subarray(0, count);
  const values = rows.values.map((own, index) => {
    const target = allocateValues(rows.columns[index]?.type ?? 'double', count);
    gatherValues(own, order, target);
    return target;
  });
  return { ...rows, count, values };
}

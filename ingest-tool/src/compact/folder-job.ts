import { createHash } from 'node:crypto';
import type { ColumnDescription } from '@tidelake/lake-format';
import type { LakeStorage } from '../storage/lake-storage';
import { finishOverlay, type OverlayOutcome } from '../overlay/apply-overlay';
import { CalibrationOverlay } from '../overlay/calibration-overlay';
import { OverlaidRows } from '../overlay/overlaid-rows';
import type { OverlayRules } from '../overlay/overlay';
import { withRoles } from '../rows/column-roles';
import { allocateValues, gatherValues, type ColumnValues, type RowColumn } from '../rows/column-values';
import { keepDistinct } from '../rows/deduplicate';
import { isNanColumn } from '../rows/nan-column';
import { keysOf, orderOf } from '../rows/row-order';
import { uniteRows, type SourceRows, type UnitedRows } from '../rows/united-rows';
import { encodeRows } from '../write/encoded-rows';
import { checkParquet } from '../write/parquet-bytes';
import { lostPath } from '../write/partition-files';
import { readRows, type FileRows } from '../write/parquet-rows';
import type { FolderInput, FolderPlan } from './compact-plan';
import type { MadeFile } from './folder-replacer';
import { encodeLostRows } from './lost-rows';

const NO_SIGNAL = new AbortController().signal;

/** A folder to be put together. */
export interface FolderJob {
  plan: FolderPlan;
  /** Columns of the lake; none where it does not describe itself. */
  described: readonly ColumnDescription[];
  /** Bytes from which on a folder gets several files. */
  targetBytes: number;
  /** What people know better; undefined where nothing is to be laid over. */
  overlay?: OverlayRules | undefined;
  /** Whether the folder is to stay as it is where the overlay changes nothing. */
  isOverlayOnly: boolean;
  /** Whether to find out only what would change. */
  dryRun: boolean;
}

/** What a folder came to. */
export type FolderResult =
  | {
      kind: 'done';
      /** Relative to the lake's root, named by their content; none where no row is left. */
      files: { path: string; bytes: Uint8Array; rows: number }[];
      /** Rows beyond the first of their observation. */
      duplicates: number;
      /** Of those, how many differ from the kept one in a measured value. */
      conflicts: number;
      /** The file that these are to be kept in; undefined where there are none. */
      lost: MadeFile | undefined;
      overlay: OverlayOutcome | undefined;
    }
  | { kind: 'same'; overlay: OverlayOutcome }
  | { kind: 'left'; path: string; reason: string };

/** That a file cannot take part, so its folder stays as it is. */
class Unusable extends Error {
  readonly path: string;

  constructor(path: string, reason: string) {
    super(reason);
    this.path = path;
  }
}

/**
 * Puts the rows of a folder together: columns united, rows sorted, each observation once. The same rows give the same
 * bytes, in whatever files and order they came.
 */
export async function runFolderJob(
  storage: LakeStorage,
  { plan, described, targetBytes, overlay: rules, isOverlayOnly, dryRun }: FolderJob,
): Promise<FolderResult> {
  try {
    const known: RowColumn[] = [];
    const sources: SourceRows[] = [];
    for (const input of plan.inputs) sources.push(await readInput(storage, input, known, described));
    const first = described.map(({ name }) => name);
    const united = uniteRows(sources, first);
    sources.length = 0;
    const { columns, isDescribed } = withRoles(united.columns, described);
    const rows = new OverlaidRows(united.count, columns, united.values);
    // Before duplicates are told apart, so that a row that comes again uncalibrated is no conflict.
    const calibration = rules && new CalibrationOverlay(rules.calibrations);
    calibration?.apply(rows);
    const keys = keysOf(rows.columns, rows.values, identityOf(rows.columns, isDescribed));
    const order = orderOf(keys, rows.count);
    const { kept, conflicts, lost } = keepDistinct(rows.columns, rows.values, keys, order, rows.count);
    const overlay = rules && calibration && finishOverlay(rows, kept, rules, calibration);
    if (overlay !== undefined && isOverlayOnly && overlay.counts.every(({ changed }) => changed === 0)) {
      return { kind: 'same', overlay };
    }
    const isEmpty = kept.length === 0 || dryRun;
    return {
      kind: 'done',
      files: isEmpty ? [] : await encodeParts(rows.inOrderOf(first), kept, plan, targetBytes),
      duplicates: united.count - kept.length,
      conflicts,
      lost: dryRun || lost.length === 0 ? undefined : await lostFile(storage, { ...rows, lost }, plan, first),
      overlay,
    };
  } catch (error) {
    const path = error instanceof Unusable ? error.path : plan.folder;
    return { kind: 'left', path, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function lostFile(
  storage: LakeStorage,
  { columns, values, lost }: Pick<OverlaidRows, 'columns' | 'values'> & { lost: Uint32Array },
  { folder, station }: FolderPlan,
  first: readonly string[],
): Promise<MadeFile> {
  const path = lostPath(folder);
  const there = await storage.read(path, NO_SIGNAL);
  const before = there && { path, bytes: there.bytes };
  const { bytes, rows } = await encodeLostRows({ columns, values, lost }, before, first, station, path);
  checkParquet(bytes, rows);
  return { path, bytes };
}

/**
 * What tells observations apart. A lake that says what its columns are for has its device, time and depth. Of others too
 * little is known to drop a row that differs in anything, unless it has the lake format's own `device_id`.
 */
function identityOf(columns: readonly RowColumn[], isDescribed: boolean): (column: RowColumn) => boolean {
  const device = columns.find(({ role }) => role === 'device');
  // What a column of a type means that the format does not know, nobody can tell.
  if (isDescribed && device !== undefined) return ({ foreign }) => foreign !== undefined;
  if (device?.name === 'device_id') return ({ type }) => type === 'text';
  return () => true;
}

async function readInput(
  storage: LakeStorage,
  { path, etag, spans }: FolderInput,
  known: RowColumn[],
  described: readonly ColumnDescription[],
): Promise<SourceRows> {
  const read = await storage.read(path, NO_SIGNAL);
  if (read?.etag !== etag) throw new Unusable(path, 'it changed while it was read');
  let rows: FileRows;
  try {
    rows = readRows(read.bytes, known);
  } catch (error) {
    throw new Unusable(path, error instanceof Error ? error.message : String(error));
  }
  for (const column of rows.columns) {
    if (!isNanColumn(column) && !known.includes(column)) known.push(column);
  }
  const isAll = 'but' in spans && spans.but.length === 0;
  return { path, ...(isAll ? rows : withinSpans(rows, spans, described)) };
}

function withinSpans(rows: FileRows, spans: FolderInput['spans'], described: readonly ColumnDescription[]): FileRows {
  const index = withRoles(rows.columns, described).columns.findIndex(({ role }) => role === 'time');
  const times = rows.values[index] ?? [];
  const [list, isIn] = 'only' in spans ? [spans.only, true] : [spans.but, false];
  const wanted: number[] = [];
  for (let row = 0; row < rows.count; row++) {
    const time = Number(times[row] ?? Number.NaN);
    if (list.some(([start, end]) => time >= start && time < end) === isIn) wanted.push(row);
  }
  const order = Uint32Array.from(wanted);
  const values = rows.values.map((own, column): ColumnValues => {
    const chosen = allocateValues(rows.columns[column]?.type ?? 'double', order.length);
    gatherValues(own, order, chosen);
    return chosen;
  });
  return { count: order.length, columns: rows.columns, values };
}

/**
 * Makes sure that columns of types which the lake format does not have are written exactly as they were read.
 * @throws Error naming the column that is not
 */
function checkForeign(
  bytes: Uint8Array,
  columns: readonly RowColumn[],
  values: readonly ColumnValues[],
  rows: Uint32Array,
): void {
  const foreign = columns.filter((column) => column.foreign !== undefined);
  if (foreign.length === 0) return;
  const written = readRows(bytes, foreign);
  for (const column of foreign) {
    const own = written.values[written.columns.indexOf(column)];
    const before = values[columns.indexOf(column)];
    if (own !== undefined && before !== undefined && rows.every((row, at) => own[at] === before[row])) continue;
    throw new Error(`its column ${column.name} of the type ${column.foreign?.name ?? ''} cannot be written as it is`);
  }
}

/** One file, or several of about the size wanted. */
async function encodeParts(
  { columns, values }: Pick<UnitedRows, 'columns' | 'values'>,
  kept: Uint32Array,
  { folder, station }: FolderPlan,
  targetBytes: number,
): Promise<{ path: string; bytes: Uint8Array; rows: number }[]> {
  const encode = async (rows: Uint32Array): Promise<{ path: string; bytes: Uint8Array; rows: number }> => {
    const bytes = await encodeRows(
      columns.map((column, index) => ({ column, values: values[index] ?? new Float64Array(0), order: rows })),
      station,
    );
    checkParquet(bytes, rows.length);
    checkForeign(bytes, columns, values, rows);
    const name = `part-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.parquet`;
    return { path: folder === '' ? name : `${folder}/${name}`, bytes, rows: rows.length };
  };
  const whole = await encode(kept);
  const parts = Math.ceil(whole.bytes.byteLength / targetBytes);
  if (parts <= 1) return [whole];
  const chunk = Math.ceil(kept.length / parts);
  const files = [];
  for (let start = 0; start < kept.length; start += chunk)
    files.push(await encode(kept.subarray(start, start + chunk)));
  return files;
}

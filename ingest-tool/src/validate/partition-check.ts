import type { LakeDescription } from '@tidelake/lake-format';
import { StringDictionary } from '../decode/string-dictionary';
import type { DataFileReader } from '../manifest/data-file-reader';
import type { FooterFacts } from '../manifest/footer-facts';
import { partitionValue } from '../manifest/partition-of';
import { stationKey } from '../manifest/source-digest';
import { compareKeys, orderOf, type RowKeys } from '../rows/row-order';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { checkFooter, findDamage, instantText, sha256Of } from './file-check';
import type { Finding } from './finding';
import { readKeyRows, type KeyColumns, type KeyRows } from './key-rows';
import { partitionSpan, withSlack, type TimeSpan } from './partition-span';

/** Bytes of a file, and rows of a folder, up to which they are looked at row by row. */
const LARGEST_FILE = 512 << 20;
const MOST_ROWS = 10_000_000;

/** Bytes below which a file is small, and how many of them in a folder are too many. */
const SMALL = 1 << 20;
const MANY = 4;

/** What the checks of a lake's folders have in common. */
export interface PartitionCheckSettings {
  data: LakeStorage;
  reader: DataFileReader;
  lake: LakeDescription;
  /** Whether rows are read. */
  deep: boolean;
  signal: AbortSignal;
}

/** A data file, with the SHA-256 that the manifest says it has. */
export interface NamedObject extends StoredObject {
  sha256: string | null;
}

/** What came of a folder. */
export interface PartitionChecked {
  findings: Finding[];
  files: number;
  rows: number;
  /** Whether it has too many small files. */
  isScattered: boolean;
}

interface FileKeys {
  key: string;
  rows: KeyRows;
}

/** Checks the data files of one folder, each for itself and all of them together. */
export async function checkPartition(
  settings: PartitionCheckSettings,
  objects: readonly NamedObject[],
): Promise<PartitionChecked> {
  const { reader, lake, deep, signal } = settings;
  const findings: Finding[] = [];
  const devices = new StringDictionary();
  const keys: FileKeys[] = [];
  let rows = 0;
  let rowsKept = 0;
  for (const object of objects) {
    signal.throwIfAborted();
    const reading = await reader.read(object);
    if (reading.kind === 'gone') continue;
    if (reading.kind === 'damaged') {
      const isChanging = reading.reason.startsWith('it keeps changing');
      findings.push({
        code: isChanging ? 'changing' : 'unreadable',
        severity: isChanging ? 'warning' : 'damage',
        file: object.key,
        message: reading.reason,
        mend: isChanging ? 'retry' : 'remove',
        ...(isChanging ? {} : { byte: object.size }),
      });
      continue;
    }
    rows += reading.facts.rows;
    const span = spanOf(object.key, lake);
    const found = checkFooter(object, reading.facts, lake.columns, span);
    const station = stationClash(object.key, reading.facts, lake);
    if (station !== undefined) found.push(station);
    if (deep && !found.some(({ code }) => code === 'unreadable')) {
      const own = await checkRows(settings, object, reading.facts, span, devices, found);
      rowsKept += own?.time.length ?? 0;
      if (own !== undefined && rowsKept <= MOST_ROWS) keys.push({ key: object.key, rows: own });
    }
    findings.push(...found);
  }
  if (rowsKept > MOST_ROWS) {
    const [first] = objects;
    const message = `its folder has ${rowsKept} rows, too many to look for duplicates among its files`;
    findings.push({ code: 'not-checked', severity: 'note', file: first?.key ?? '', message, mend: 'compact' });
  }
  if (deep) findings.push(...findDuplicates(keys, devices, lake));
  const small = objects.filter(({ size }) => size < SMALL);
  return { findings, files: objects.length, rows, isScattered: small.length >= MANY };
}

async function checkRows(
  { data, lake, signal }: PartitionCheckSettings,
  { key, size, etag, sha256 }: NamedObject,
  facts: FooterFacts,
  span: TimeSpan | undefined,
  devices: StringDictionary,
  findings: Finding[],
): Promise<KeyRows | undefined> {
  if (size > LARGEST_FILE) {
    const message = `it has ${size} bytes, too many to read it whole; its footer is good`;
    findings.push({ code: 'not-checked', severity: 'note', file: key, message, mend: 'retry' });
    return undefined;
  }
  const read = await data.read(key, signal);
  if (read === undefined || read.etag !== etag) {
    findings.push({ code: 'changing', severity: 'warning', file: key, message: 'it changed meanwhile', mend: 'retry' });
    return undefined;
  }
  if (sha256 !== null && sha256Of(read.bytes) !== sha256) {
    const message = 'its bytes are not those that the manifest has the SHA-256 of';
    findings.push({ code: 'manifest-out-of-date', severity: 'damage', file: key, message, mend: 'manifest' });
  }
  let rows: KeyRows;
  try {
    rows = readKeyRows(read.bytes, keyColumns(lake), devices);
    if (rows.time.length !== facts.rows) throw new Error(`${rows.time.length} rows instead of ${facts.rows}`);
  } catch (error) {
    findings.push({
      code: 'unreadable',
      severity: 'damage',
      file: key,
      mend: 'remove',
      ...findDamage(read.bytes, facts, error),
    });
    return undefined;
  }
  const outside = span === undefined ? -1 : rows.time.findIndex((time) => time < span.start || time >= span.end);
  const known = findings.find(({ code }) => code === 'wrong-partition');
  if (known !== undefined && outside >= 0) known.row = outside;
  else if (outside >= 0) {
    const message = `its row ${outside} is of ${instantText(rows.time[outside] ?? 0)}, outside of its folder`;
    findings.push({ code: 'wrong-partition', severity: 'damage', file: key, message, mend: 'ingest', row: outside });
  }
  const unsorted = firstUnsorted(rowKeys([rows], devices), rows.time.length, lake.partitionTime === 'approximate');
  if (unsorted !== undefined) {
    const message = `its row ${unsorted} belongs before the one above it`;
    findings.push({ code: 'unsorted', severity: 'warning', file: key, message, mend: 'compact', row: unsorted });
  }
  return rows;
}

/** Rows that are one observation: the first in each file that has one that was there already, and how many there are. */
function findDuplicates(files: readonly FileKeys[], devices: StringDictionary, lake: LakeDescription): Finding[] {
  const { time, device } = keyColumns(lake);
  if (time === undefined || device === undefined) return [];
  const keys = rowKeys(
    files.map(({ rows }) => rows),
    devices,
  );
  const order = orderOf(keys, keys.time.length);
  const starts: number[] = [];
  let total = 0;
  for (const { rows } of files) {
    starts.push(total);
    total += rows.time.length;
  }
  const fileOf = (row: number): number => starts.findLastIndex((start) => start <= row);
  const found = new Map<number, { row: number; other: number; count: number }>();
  for (let place = 1; place < order.length; place++) {
    const [first, second] = [order[place - 1] ?? 0, order[place] ?? 0];
    if (compareKeys(keys, first, second) !== 0) continue;
    const [other, row] = first < second ? [first, second] : [second, first];
    const file = fileOf(row);
    const known = found.get(file);
    found.set(file, known === undefined ? { row, other, count: 1 } : { ...known, count: known.count + 1 });
  }
  return [...found].map(([file, { row, other, count }]): Finding => {
    const there = fileOf(other);
    const where = there === file ? 'the same file' : (files[there]?.key ?? '');
    const own = row - (starts[file] ?? 0);
    return {
      code: 'duplicate-rows',
      severity: 'damage',
      file: files[file]?.key ?? '',
      message: `${count} of its rows are there twice; row ${own} is row ${other - (starts[there] ?? 0)} of ${where}`,
      mend: 'compact',
      row: own,
    };
  });
}

function firstUnsorted(keys: RowKeys, count: number, byTimeOnly: boolean): number | undefined {
  for (let row = 1; row < count; row++) {
    const order = byTimeOnly ? (keys.time[row - 1] ?? 0) - (keys.time[row] ?? 0) : compareKeys(keys, row - 1, row);
    if (order > 0) return row;
  }
  return undefined;
}

function rowKeys(files: readonly KeyRows[], devices: StringDictionary): RowKeys {
  const ranks = devices.ranks();
  const count = files.reduce((sum, { time }) => sum + time.length, 0);
  const keys = { time: new Float64Array(count), device: new Int32Array(count), depth: new Float64Array(count) };
  let at = 0;
  for (const { time, device, depth } of files) {
    // Rows without a time come last; a number stands for it that compares.
    keys.time.set(
      time.map((value) => (Number.isNaN(value) ? Number.MAX_VALUE : value)),
      at,
    );
    keys.device.set(
      device.map((id) => ranks[id] ?? -1),
      at,
    );
    keys.depth.set(depth, at);
    at += time.length;
  }
  return keys;
}

function keyColumns({ columns }: LakeDescription): KeyColumns {
  const named = (role: string): string | undefined => columns.find((column) => column.role === role)?.name;
  return { time: named('time'), device: named('device'), depth: named('depth') };
}

function spanOf(key: string, { partitionTime }: LakeDescription): TimeSpan | undefined {
  const span = partitionSpan(key);
  return span !== undefined && partitionTime === 'approximate' ? withSlack(span) : span;
}

/** That a file says it is of another station than its folder. */
function stationClash(key: string, { station }: FooterFacts, lake: LakeDescription): Finding | undefined {
  const level = stationKey(lake);
  const folder = level === undefined ? null : partitionValue(key, level);
  if (station === undefined || folder === null || String(folder) === station) return undefined;
  const message = `it says that it is of station ${station}`;
  return { code: 'wrong-partition', severity: 'damage', file: key, message, mend: 'ingest' };
}

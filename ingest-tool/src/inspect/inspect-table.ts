import { EPOCH_MICROS, type FieldValue } from '../decode/observation';
import type { DecodedColumn } from '../decode/decoded-column';
import { StringDictionary } from '../decode/string-dictionary';
import { Capture } from '../inputs/capture';
import { STDIN, type CaptureFile } from '../inputs/input-files';
import { otherColumns } from '../inputs/table/other-columns';
import { TableRecords } from '../inputs/table/table-schema';
import { tableSettings } from '../inputs/table/table-settings';
import { FieldSummary, type FieldReport } from './field-summary';

/** A table of a logger or of anything else that has rows and columns. */
export interface TableFound {
  /** What its format is called. */
  format: string;
  rows: number;
  /** What names the instrument: a fact of the header, as a mapping calls it; null where there is none. */
  device: string | null;
  /** Rows with the time of the row before them: of a profile, or of several instruments. */
  repeatedTimes: number;
  columns: FieldReport[];
  /** Texts among the numbers of a column, by column. */
  strays: Record<string, string[]>;
}

/** Facts that name an instrument, in the order in which they are believed. */
const DEVICE_FACTS = ['header.site', 'header.serial', 'header.station'];

/** Different texts of a column beyond which they are no longer collected. */
const MOST_STRAYS = 20;

/** What a table gives as its time where its header says how that is put together. */
const COMPUTED_TIME = { name: 'time', from: 'time', role: 'about', type: 'timestamp' } as const;

/**
 * Reads a file as a table to see what is in its columns.
 * @returns undefined where it is none
 * @throws ToolError where it is a table that cannot be read without being told more
 */
export async function inspectTable(
  file: CaptureFile,
  signal: AbortSignal,
): Promise<{ table: TableFound; unread: Record<string, number>; notes: string[] } | undefined> {
  if (file.path === STDIN) return undefined;
  const settings = tableSettings.parse({});
  const others = await otherColumns([file], [], settings);
  if (others.length === 0) return undefined;
  const columns = [...(others.some(({ from }) => from === 'time') ? [] : [COMPUTED_TIME]), ...others];
  const records = new TableRecords({ columns }, settings);
  const decoded = records.decoder(columns.map(({ from }) => from)).columns;
  const summaries = new Map(columns.map(({ from }) => [from, new FieldSummary()]));
  const capture = new Capture(file.path, undefined, new StringDictionary(), records);
  const times = [...decoded.values()].find(({ scalar }) => scalar === 'instant');
  const strays: Record<string, string[]> = {};
  const unread: Record<string, number> = {};
  let rows = 0;
  let repeatedTimes = 0;
  let before = NaN;
  for await (const batch of capture.batches()) {
    signal.throwIfAborted();
    rows += batch.count;
    for (let row = 0; row < batch.count; row++) {
      const time = times?.numbers[row] ?? NaN;
      if (time === before) repeatedTimes++;
      before = time;
    }
    for (const { reason, stray } of batch.rejects) {
      unread[reason] = (unread[reason] ?? 0) + 1;
      if (stray === undefined) continue;
      const own = (strays[stray.column] ??= []);
      if (own.length < MOST_STRAYS && !own.includes(stray.text)) own.push(stray.text);
    }
    for (const [name, column] of decoded) {
      const summary = summaries.get(name);
      for (let row = 0; row < batch.count; row++) if (column.present[row] === 1) summary?.add(valueAt(column, row));
    }
  }
  const units = new Map(others.map(({ from, unit }) => [from, unit]));
  const reports = [...summaries].flatMap(([path, summary]) => {
    if (path === COMPUTED_TIME.from && summary.values === 0) return [];
    return { ...summary.report(path), unit: units.get(path) ?? null };
  });
  const { format = 'table', facts } = capture.tableHeader ?? {};
  const device = DEVICE_FACTS.find((fact) => (facts?.get(fact) ?? '') !== '') ?? null;
  const table = { format, rows, device, repeatedTimes, columns: reports, strays };
  return { table, unread, notes: capture.notes.filter((note) => !/^it has no time;/.test(note)) };
}

function valueAt(column: DecodedColumn, row: number): FieldValue {
  if (column.isText) return { value: column.dictionary.textOf(column.ids[row] ?? 0) };
  const value = column.numbers[row] ?? NaN;
  return column.scalar === 'instant' ? { value, unit: EPOCH_MICROS } : { value };
}

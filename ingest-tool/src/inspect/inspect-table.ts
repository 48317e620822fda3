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
  rows: number;
  columns: FieldReport[];
}

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
): Promise<{ table: TableFound; notes: string[] } | undefined> {
  if (file.path === STDIN) return undefined;
  const settings = tableSettings.parse({});
  const others = await otherColumns([file], [], settings);
  if (others.length === 0) return undefined;
  const columns = [...(others.some(({ from }) => from === 'time') ? [] : [COMPUTED_TIME]), ...others];
  const records = new TableRecords({ columns }, settings);
  const decoded = records.decoder(columns.map(({ from }) => from)).columns;
  const summaries = new Map(columns.map(({ from }) => [from, new FieldSummary()]));
  const capture = new Capture(file.path, undefined, new StringDictionary(), records);
  let rows = 0;
  for await (const batch of capture.batches()) {
    signal.throwIfAborted();
    rows += batch.count;
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
  return { table: { rows, columns: reports }, notes: capture.notes.filter((note) => !/^it has no time;/.test(note)) };
}

function valueAt(column: DecodedColumn, row: number): FieldValue {
  if (column.isText) return { value: column.dictionary.textOf(column.ids[row] ?? 0) };
  const value = column.numbers[row] ?? NaN;
  return column.scalar === 'instant' ? { value, unit: EPOCH_MICROS } : { value };
}

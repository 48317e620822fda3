import type { ColumnMapping } from '../../map/mapping';
import { EXIT, ToolError } from '../../tool-error';
import { decompressed } from '../decompression';
import { openInput, STDIN, type CaptureFile } from '../input-files';
import { headCells } from './head-cells';
import { openTable } from './open-table';
import { readTableHead, TABLE_HEAD_BYTES } from './table-head';
import type { TableSettings } from './table-settings';
import type { TextTable } from './text-table';
import { parseTimeText } from '../../time/time-text';
import type { BinaryField } from './binary-fields';
import { readTobTable, type TobTable } from './tob-table';
import { unitOf } from './unit-spelling';

/** Rows that show what a column holds. */
const SHOWN_ROWS = 200;

/** A column of numbers may hold so large a share of other texts, such as what a logger writes for a defect, and so many different ones. */
const STRAY_SHARE = 0.2;
const MOST_STRAYS = 3;

/** What can be said of a column from its header and first rows. */
type OtherColumn = Pick<ColumnMapping, 'name' | 'from' | 'role' | 'type' | 'unit' | 'longName'>;

/**
 * The columns that tables have besides those of a mapping, as a mapping would list them: numbers are measured values, everything else is
 * text or a time about them. Captures that are no tables are left to whoever reads them.
 * @throws ToolError for standard input, which cannot be read twice
 */
export async function otherColumns(
  captures: readonly CaptureFile[],
  mapped: readonly Pick<ColumnMapping, 'name' | 'from'>[],
  settings: TableSettings,
): Promise<OtherColumn[]> {
  const others: OtherColumn[] = [];
  const sources = new Set(mapped.map(({ from }) => from));
  const taken = new Set(['station', 'year', 'month', 'day', ...mapped.map(({ name }) => name)]);
  for (const { path } of captures) {
    if (path === STDIN) {
      throw new ToolError(
        EXIT.usage,
        'The columns of a table from standard input are not known before it is read',
        'List them in a mapping, or give a file.',
      );
    }
    for (const column of await columnsOf(path, settings)) {
      if (sources.has(column.from)) continue;
      sources.add(column.from);
      let name = column.name;
      for (let more = 2; taken.has(name); more++) name = `${column.name}_${more}`;
      taken.add(name);
      others.push({ ...column, name });
    }
  }
  return others;
}

async function columnsOf(path: string, settings: TableSettings): Promise<OtherColumn[]> {
  const { bytes, isWhole } = await readHead(path);
  let table: TextTable | undefined;
  try {
    const binary = readTobTable(bytes, path, settings);
    if (binary !== undefined) return binary.fields.flatMap((field, cell) => binaryColumn(binary, field, cell));
    table = openTable(bytes, isWhole, path, settings);
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
  if (table === undefined) return [];
  const { syntax, computed, firstLine, encoding, missing, time } = table;
  const lines = readTableHead(path, bytes, isWhole, encoding)?.lines.slice(firstLine - 1, firstLine - 1 + SHOWN_ROWS);
  const rows = (lines ?? []).flatMap(({ text }) => {
    const cells = headCells(text, syntax);
    return cells === undefined ? [] : [cells];
  });
  const used = new Set(computed.flatMap(({ from }) => from));
  return table.names.slice(0, table.names.length - computed.length).flatMap((from, cell) => {
    if (used.has(cell) || from === '') return [];
    const values = rows.map((row) => row[cell] ?? '').filter((text) => text !== '' && !missing.has(text.toLowerCase()));
    return [describeColumn(from, values, table.units[cell], (text) => !Number.isNaN(parseTimeText(text, time)))];
  });
}

/** A column of a binary table; the parts of a row's time become the time. */
function binaryColumn({ names, units }: TobTable, { kind }: BinaryField, cell: number): OtherColumn[] {
  const from = names[cell] ?? '';
  if (from === '' || from === 'SECONDS' || from === 'NANOSECONDS') return [];
  if (kind === 'number') return [describeColumn(from, [], units[cell], () => false)];
  return [{ name: columnName(from), from, role: 'about', type: kind === 'time' ? 'timestamp' : 'text' }];
}

/** A name in the lake for a column of a file. */
function columnName(from: string): string {
  return from
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/_+$/, '')
    .replace(/^(?=[^A-Za-z])/, 'c');
}

function describeColumn(
  from: string,
  values: readonly string[],
  spelling: string | undefined,
  isTime: (text: string) => boolean,
): OtherColumn {
  const name = columnName(from);
  const strays = values.filter((text) => !/^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?$/.test(text));
  if (strays.length <= STRAY_SHARE * values.length && new Set(strays).size <= MOST_STRAYS) {
    const unit = unitOf(spelling);
    const longName = spelling === undefined || unit !== undefined ? undefined : `${from} in ${spelling}`;
    return {
      name,
      from,
      role: 'variable',
      type: 'double',
      ...(unit === undefined ? {} : { unit }),
      ...(longName === undefined ? {} : { longName }),
    };
  }
  return { name, from, role: 'about', type: values.every(isTime) ? 'timestamp' : 'text' };
}

/** A file's beginning, after decompression. */
async function readHead(path: string): Promise<{ bytes: Uint8Array; isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decompressed(openInput(path))) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > TABLE_HEAD_BYTES) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, TABLE_HEAD_BYTES), isWhole: size <= TABLE_HEAD_BYTES };
}

import { NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import { CellBuffer, quotedCell } from './cell-buffer';
import type { ExportRows } from './export-rows';

/** Bytes that are handed on at a time. */
const CHUNK_BYTES = 1 << 20;

/** Names of columns as a line of CSV, and their units as another where asked for. */
export function csvHeader(columns: readonly RowColumn[], hasUnits: boolean): Buffer {
  const names = csvLine(columns.map(({ name }) => name));
  if (!hasUnits) return Buffer.from(names);
  return Buffer.from(names + csvLine(columns.map(({ unit, type }) => unit ?? (type === 'timestamp' ? 'UTC' : ''))));
}

/** Texts as a line of CSV; an empty one is nothing. */
export function csvLine(texts: readonly string[]): string {
  const cells = texts.map((text) => (text === '' ? '' : Buffer.from(quotedCell(Buffer.from(text))).toString('utf8')));
  return `${cells.join(',')}\n`;
}

/** Rows as CSV, a line each, with nothing for null. */
export async function* csvRows(rows: AsyncIterable<ExportRows>): AsyncGenerator<Buffer> {
  const cells = new CellBuffer(CHUNK_BYTES + (CHUNK_BYTES >> 2));
  const texts = new Map<string, Uint8Array[]>();
  for await (const { count, columns, values } of rows) {
    const [first, ...others] = columns.map((column, index) => cellWriter(column, values[index], cells, texts));
    for (let row = 0; row < count; row++) {
      first?.(row);
      for (const write of others) {
        cells.comma();
        write(row);
      }
      cells.endLine();
      if (cells.length >= CHUNK_BYTES) yield cells.take();
    }
  }
  if (cells.length > 0) yield cells.take();
}

/** What writes one column's value of a row. One closure a type, so that the loop over cells decides nothing. */
function cellWriter(
  { name, type, dictionary }: RowColumn,
  values: ColumnValues | undefined,
  cells: CellBuffer,
  texts: Map<string, Uint8Array[]>,
): (row: number) => void {
  let decimals = 1;
  if (values instanceof Float32Array) {
    return (row) => {
      const value = values[row] ?? Number.NaN;
      if (!Number.isNaN(value)) decimals = cells.float(value, decimals);
    };
  }
  if (values instanceof BigInt64Array) {
    return (row) => {
      const value = values[row] ?? NULL_BIGINT;
      if (value !== NULL_BIGINT) cells.raw(Buffer.from(String(value)));
    };
  }
  if (values instanceof Int32Array) {
    const quoted = texts.get(name) ?? [];
    texts.set(name, quoted);
    return (row) => {
      const id = values[row] ?? -1;
      if (id >= 0 && dictionary !== undefined)
        cells.raw((quoted[id] ??= Uint8Array.from(quotedCell(dictionary.bytesOf(id)))));
    };
  }
  if (values === undefined) return () => undefined;
  if (type === 'timestamp') {
    return (row) => {
      const value = values[row] ?? Number.NaN;
      if (!Number.isNaN(value)) cells.time(value);
    };
  }
  if (type === 'boolean') {
    const words = [Buffer.from('false'), Buffer.from('true')];
    return (row) => {
      const word = words[values[row] ?? -1];
      if (word !== undefined) cells.raw(word);
    };
  }
  return (row) => {
    const value = values[row] ?? Number.NaN;
    if (!Number.isNaN(value)) decimals = cells.double(value, decimals);
  };
}

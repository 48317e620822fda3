import { RowCells, type CellSyntax } from './row-cells';
import type { TextDecoding } from './text-decoding';

const decoder = new TextDecoder();
const decode: TextDecoding = (bytes) => decoder.decode(bytes);
const encoder = new TextEncoder();

/** One for all lines, since it has room for rows of thousands of cells. */
const cells = new RowCells();

/** The cells of a line of a table's beginning; undefined where it is no row. */
export function headCells(text: string, syntax: CellSyntax): string[] | undefined {
  const bytes = encoder.encode(text);
  if (cells.split(bytes, 0, bytes.length, syntax) !== undefined) return undefined;
  return Array.from({ length: cells.count }, (_, cell) => cells.text(bytes, cell, decode));
}

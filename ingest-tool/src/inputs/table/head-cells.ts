import { RowCells, type CellSyntax } from './row-cells';

const decoder = new TextDecoder();

/** The cells of a line of a table's beginning; undefined where it is no row. */
export function headCells(text: string, syntax: CellSyntax): string[] | undefined {
  const cells = new RowCells();
  const bytes = new TextEncoder().encode(text);
  if (cells.split(bytes, 0, bytes.length, syntax) !== undefined) return undefined;
  return Array.from({ length: cells.count }, (_, cell) => cells.text(bytes, cell, decoder));
}

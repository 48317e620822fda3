import { EXIT, ToolError } from '../../tool-error';
import { headCells } from './head-cells';
import { missingValues } from './missing-values';
import type { CellSyntax } from './row-cells';
import { fileFacts, type TableHead } from './table-head';
import type { TableSettings } from './table-settings';
import type { TextTable } from './text-table';
import { tableTimeRule } from './table-time';
import { ambiguousDate, parseTimeText } from '../../time/time-text';
import { UTC_ZONE } from '../../time/time-zone';

/** Delimiters in the order in which they are believed: a comma may also be a decimal one, and a blank part of a text. */
const DELIMITERS: CellSyntax[] = [
  { delimiter: 0x09, isQuoted: true },
  { delimiter: 0x3b, isQuoted: true },
  { delimiter: 0x7c, isQuoted: true },
  { delimiter: 0x2c, isQuoted: true },
  { delimiter: 'blanks', isQuoted: false },
];

/** Share of a beginning's lines that must have the same number of cells. */
const SHARE = 0.5;

/** Lines of rows that show how numbers and times are written. */
const SHOWN_ROWS = 500;

/** Lines that a row of a beginning may take. */
const MAX_ROW_LINES = 20;

/** A row of a table's beginning. */
interface HeadRow {
  cells: string[];
  /** Index of its line. */
  line: number;
}

/** The lines that a table's columns are told by. */
interface Outline {
  names: string[];
  units: (string | undefined)[];
  rows: HeadRow[];
  firstLine: number;
}

/**
 * Reads the beginning of a table of any dialect: what is declared is taken as it is, the rest is found out from the lines that have
 * the same number of cells. Undefined where the file is no table.
 * @throws ToolError where it is one and cannot be read without being told more
 */
export function readDelimitedTable(head: TableHead, settings: TableSettings): TextTable | undefined {
  const syntax = settings.delimiter === undefined ? undefined : declaredSyntax(settings.delimiter);
  for (const candidate of syntax === undefined ? DELIMITERS : [syntax]) {
    const outline = outlineOf(head, candidate, settings);
    if (outline !== undefined) return tableOf(head, candidate, outline, settings);
  }
  return undefined;
}

function declaredSyntax(delimiter: string): CellSyntax {
  if (delimiter === 'blanks') return { delimiter, isQuoted: false };
  return { delimiter: delimiter === 'tab' ? 0x09 : delimiter.charCodeAt(0), isQuoted: true };
}

function outlineOf(head: TableHead, syntax: CellSyntax, settings: TableSettings): Outline | undefined {
  const rows = rowsOf(head, syntax, settings.comment);
  const declared = settings.names ?? rows.find(({ line }) => line + 1 === settings.headerLine)?.cells;
  const width = declared?.length ?? commonWidth(rows);
  if (width < 2 && declared === undefined) return undefined;
  const table = rows.filter(({ cells }) => cells.length === width);
  const from = settings.firstLine ?? (settings.headerLine ?? 0) + 1;
  const data = table.filter(({ cells, line }) => line + 1 >= from && isData(cells));
  const [first] = data;
  if (first === undefined) return undefined;
  const before = table.filter(({ line }) => line < first.line);
  const header = declared === undefined ? before[0] : before.find(({ line }) => line + 1 === settings.headerLine);
  const unitsRow =
    settings.unitsLine === undefined
      ? before.find(({ line }) => header !== undefined && line > header.line)
      : before.find(({ line }) => line + 1 === settings.unitsLine);
  const names = declared ?? header?.cells;
  if (names === undefined) {
    if (rows.length === 0 || table.length / rows.length < SHARE) return undefined;
    throw new ToolError(
      EXIT.input,
      `${head.path} is a table whose first line is a row already, so nothing names its ${width} columns`,
      `Name them in the mapping: table: { headerLine: 0, names: [${sampleNames(width)}] }.`,
    );
  }
  return {
    names,
    units: names.map((_, cell) => (unitsRow?.cells[cell] ?? '') || undefined),
    rows: data.slice(0, SHOWN_ROWS),
    firstLine: (settings.firstLine ?? first.line + 1) - 1,
  };
}

/** The rows of a beginning. One whose cells in quotation marks hold line breaks takes several lines. */
function rowsOf({ lines }: TableHead, syntax: CellSyntax, comment: string | undefined): HeadRow[] {
  const rows: HeadRow[] = [];
  for (let line = 0; line < lines.length; line++) {
    const text = lines[line]?.text ?? '';
    if (text.trim() === '' || (comment !== undefined && text.startsWith(comment))) continue;
    let cells = headCells(text, syntax);
    let joined = text;
    let next = line + 1;
    while (cells === undefined && text.includes('"') && next < Math.min(lines.length, line + MAX_ROW_LINES)) {
      joined += `\n${lines[next++]?.text ?? ''}`;
      cells = headCells(joined, syntax);
    }
    if (cells === undefined) continue;
    rows.push({ cells, line });
    line = next - 1;
  }
  return rows;
}

function sampleNames(width: number): string {
  return (
    Array.from({ length: Math.min(width, 3) }, (_, index) => `name${index + 1}`).join(', ') + (width > 3 ? ', …' : '')
  );
}

/** The number of cells that most rows have, where that is at least {@link SHARE} of them; else 0. */
function commonWidth(rows: readonly HeadRow[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [best = [0, 0]] = [...counts].sort((left, right) => right[1] - left[1]);
  return best[1] >= SHARE * rows.length ? best[0] : 0;
}

function tableOf(head: TableHead, syntax: CellSyntax, outline: Outline, settings: TableSettings): TextTable {
  const { names, units, rows, firstLine } = outline;
  const timeCells = timeCellsOf(head.path, names, rows, settings);
  const texts = rows.map(({ cells }) => timeCells.map((cell) => cells[cell] ?? '').join(' '));
  const { rule: time, notes } = tableTimeRule(head.path, settings, texts);
  const missing = missingValues(settings);
  const hasTime = timeCells.length > 0 && !names.includes('time');
  return {
    format: 'delimited table',
    names: hasTime ? [...names, 'time'] : names,
    units,
    facts: new Map(fileFacts(head.path)),
    firstRow: firstLine === 0 ? 0 : (head.lines[firstLine - 1]?.next ?? 0),
    firstLine: firstLine + 1,
    syntax,
    encoding: head.encoding,
    decimal: settings.decimal ?? shownDecimal(rows, syntax),
    missing: missing.texts,
    missingNumbers: new Map([[-1, missing.numbers]]),
    comment: settings.comment,
    time,
    computed: hasTime ? [{ name: 'time', from: timeCells, value: (own) => parseTimeText(own.join(' '), time) }] : [],
    notes,
  };
}

/** The cells of the time: declared, or the first that holds one, with a time of day in the next. */
function timeCellsOf(
  path: string,
  names: readonly string[],
  rows: readonly HeadRow[],
  { time }: TableSettings,
): number[] {
  if (time.from !== undefined) {
    return time.from.map((name) => {
      const cell = names.indexOf(name);
      if (cell >= 0) return cell;
      throw new ToolError(
        EXIT.input,
        `${path} has no column ${name}, which table.time.from names`,
        `It has ${names.join(', ')}.`,
      );
    });
  }
  const [first] = rows;
  const named = names.findIndex((name) => /^(?:time|timestamp|datetime|date[ _]?time|ts|utc|epoch)\b/i.test(name));
  const cell = [named, ...names.keys()].find((index) => isTime(first?.cells[index] ?? '', index === named));
  if (cell === undefined) return [];
  const isDateAlone = !/:|\d{9}/.test(first?.cells[cell] ?? '');
  return isDateAlone && /^\d\d?:\d\d/.test(first?.cells[cell + 1] ?? '') ? [cell, cell + 1] : [cell];
}

function isTime(text: string, mayBeNumber: boolean): boolean {
  if (!mayBeNumber && /^[+-]?\d*[.,]?\d*$/.test(text)) return false;
  return ambiguousDate(text) !== undefined || !Number.isNaN(parseTimeText(text, { order: undefined, zone: UTC_ZONE }));
}

function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?$/.test(text);
}

/** Whether a row holds values: numbers or times, not names of columns or units. */
function isData(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '');
  const values = filled.filter((cell) => isNumber(cell) || isTime(cell, false));
  return values.length > 0 && values.length * 4 >= filled.length;
}

function shownDecimal(rows: readonly HeadRow[], { delimiter }: CellSyntax): '.' | ',' {
  if (delimiter === 0x2c) return '.';
  const cells = rows.flatMap(({ cells }) => cells);
  const count = (form: RegExp): number => cells.filter((cell) => form.test(cell)).length;
  // By number, since a damaged date may look like the other.
  return count(/^[+-]?\d+,\d+$/) > 3 * count(/^[+-]?\d+\.\d+$/) ? ',' : '.';
}

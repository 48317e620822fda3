import type { CaptureParser } from '../capture-parser';
import { LongLine } from '../long-line';
import { keptCopy, rejectAt, type MessageBatch, type RejectReason, type StrayCell } from '../message-batch';
import { parseCellNumber } from './cell-number';
import { RowCells } from './row-cells';
import type { BoundColumn } from './table-columns';
import { textDecoding, type TextDecoding } from './text-decoding';
import type { TextTable } from './text-table';
import { parseTimeText } from '../../time/time-text';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const DOT = 0x2e;

/** A row takes at most so many bytes, and so many lines where a cell in quotation marks holds line breaks. */
const MAX_ROW_BYTES = 1 << 20;
const MAX_ROW_LINES = 100;

/** A row that cannot be taken, and why. */
interface BadRow {
  reason: RejectReason;
  detail: string;
  stray?: StrayCell;
}

/** Reads the rows of a text table into columns. A row that cannot be read is rejected with its line, and the next one tried. */
export class TextTableParser implements CaptureParser {
  readonly #table: TextTable;
  readonly #bound: readonly BoundColumn[];
  readonly #cells = new RowCells();
  readonly #decode: TextDecoding;
  readonly #decimal: number;
  readonly #comment: number | undefined;
  /** Header lines, as bytes in Latin-1: they come again where files were put together. */
  readonly #headerLines: ReadonlySet<string>;
  #line: number;
  #skipping: LongLine | undefined;

  /**
   * @param bound the columns that are wanted
   * @param head the table's beginning
   */
  constructor(table: TextTable, bound: readonly BoundColumn[], head: Uint8Array) {
    this.#table = table;
    this.#bound = bound;
    this.#decode = textDecoding(table.encoding);
    this.#decimal = table.decimal.charCodeAt(0);
    this.#comment = table.comment?.charCodeAt(0);
    this.#line = table.firstLine;
    const header = Buffer.from(head.buffer, head.byteOffset, table.firstRow).toString('latin1');
    this.#headerLines = new Set(header.replace(/^\u00ef\u00bb\u00bf/, '').split(/\r?\n/));
  }

  /** Says which line the next row stands in, where rows are not read one after the other. */
  seekLine(line: number): void {
    this.#line = line;
  }

  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    base: number,
    last: boolean,
    batch: MessageBatch,
  ): number {
    batch.bytes = bytes;
    let position = Math.min(end, Math.max(start, this.#table.firstRow - base));
    while (position < end && !batch.full) {
      const newline = bytes.indexOf(NEWLINE, position);
      const found = newline >= 0 && newline < end;
      if (!found && !last) {
        if (end - position > MAX_ROW_BYTES || this.#skipping !== undefined) {
          this.#skip(bytes, position, end, base);
          position = end;
        }
        break;
      }
      const lineEnd = found ? newline : end;
      let next = found ? newline + 1 : end;
      if (this.#skipping !== undefined || next - position > MAX_ROW_BYTES) {
        this.#skip(bytes, position, next, base);
        this.#endSkip(batch);
        this.#line++;
        position = next;
        continue;
      }
      let lines = 1;
      if (this.#cells.isOpen(bytes, position, lineEnd, this.#table.syntax)) {
        const row = this.#openRow(bytes, position, next, end, last);
        if (row === 'more') break;
        if (row !== undefined) ({ next, lines } = row);
      }
      this.#row(bytes, position, next, base, batch);
      this.#line += lines;
      position = next;
    }
    if (last && position === end) this.#endSkip(batch);
    return position;
  }

  /** A row that goes on behind its line, within quotation marks; undefined where no such row makes sense. */
  #openRow(
    bytes: Uint8Array,
    start: number,
    firstNext: number,
    end: number,
    last: boolean,
  ): { next: number; lines: number } | 'more' | undefined {
    let next = firstNext;
    for (let lines = 2; lines <= MAX_ROW_LINES && next - start < MAX_ROW_BYTES; lines++) {
      const newline = bytes.indexOf(NEWLINE, next);
      if (newline < 0 || newline >= end) {
        if (!last) return 'more';
        if (next === end) return undefined;
      }
      next = newline < 0 || newline >= end ? end : newline + 1;
      if (this.#cells.isOpen(bytes, start, next - 1, this.#table.syntax)) continue;
      const problem = this.#cells.split(bytes, start, next - 1, this.#table.syntax);
      return problem === undefined && this.#hasWidth() ? { next, lines } : undefined;
    }
    return undefined;
  }

  #row(bytes: Uint8Array<ArrayBuffer>, start: number, next: number, base: number, batch: MessageBatch): void {
    let end = next;
    if (end > start && bytes[end - 1] === NEWLINE) end--;
    if (end > start && bytes[end - 1] === RETURN) end--;
    if (end === start || bytes[start] === this.#comment) return;
    const syntaxProblem = this.#cells.split(bytes, start, end, this.#table.syntax);
    if (syntaxProblem === undefined && this.#isEmptyRow()) return;
    const bad =
      syntaxProblem === undefined
        ? this.#fill(bytes, batch.count)
        : { reason: 'bad_line' as const, detail: syntaxProblem };
    if (bad === undefined) {
      batch.add(start, end, base + start, next - start, -1, Number.NaN, this.#line);
      return;
    }
    if (this.#isHeaderLine(bytes, start, end)) return;
    const detail = `line ${this.#line}: ${bad.detail}`;
    const reject = rejectAt(bad.reason, detail, base + start, next - start, keptCopy(bytes, start, end));
    batch.rejects.push({ ...reject, line: this.#line, stray: 'stray' in bad ? bad.stray : undefined });
  }

  /** Fills the wanted columns of one row; returns what is wrong with it. */
  #fill(bytes: Uint8Array<ArrayBuffer>, row: number): BadRow | undefined {
    const width = this.#table.names.length - this.#table.computed.length;
    if (!this.#hasWidth()) return { reason: 'bad_line', detail: `${this.#cells.count} cells, the header has ${width}` };
    for (const { name, column, cell, fact } of this.#bound) {
      column.present[row] = 0;
      let problem: BadRow | undefined;
      if (fact !== undefined) problem = this.#fact(column, row, name, fact);
      else if (cell >= width) problem = this.#compute(column, row, cell - width, bytes);
      else problem = this.#cell(column, row, name, cell, bytes);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #cell(
    column: BoundColumn['column'],
    row: number,
    name: string,
    cell: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): BadRow | undefined {
    const start = this.#cells.start[cell] ?? 0;
    const end = this.#cells.end[cell] ?? 0;
    if (end <= start) return undefined;
    if (column.isText || column.scalar === 'instant')
      return this.#put(column, row, name, this.#cells.text(bytes, cell, this.#decode), cell);
    const value = parseCellNumber(bytes, start, end, this.#decimal);
    if (Number.isNaN(value)) return this.#put(column, row, name, this.#cells.text(bytes, cell, this.#decode), cell);
    if (this.#isMissingNumber(cell, value)) return undefined;
    column.numbers[row] = value;
    column.present[row] = 1;
    return undefined;
  }

  /** Takes a fact about the whole table into a column. */
  #fact(column: BoundColumn['column'], row: number, name: string, fact: string): BadRow | undefined {
    const bytes = new TextEncoder().encode(fact);
    const value =
      column.isText || column.scalar === 'instant' ? Number.NaN : parseCellNumber(bytes, 0, bytes.length, DOT);
    if (Number.isNaN(value)) return this.#put(column, row, name, fact, -1);
    column.numbers[row] = value;
    column.present[row] = 1;
    return undefined;
  }

  /** Takes a text into a column, as what the column holds. */
  #put(column: BoundColumn['column'], row: number, name: string, text: string, cell: number): BadRow | undefined {
    if (text === '' || this.#table.missing.has(text.toLowerCase())) return undefined;
    if (column.isText) column.ids[row] = column.dictionary.internText(text);
    else {
      const isTime = column.scalar === 'instant';
      const value = isTime ? parseTimeText(text, this.#table.time) : numberOf(text, column.scalar === 'bool');
      if (Number.isNaN(value))
        return {
          reason: isTime ? 'bad_time' : 'bad_value',
          detail: `${name} is ${shown(text)}, which is no ${isTime ? 'time there was, or not just one' : 'number'}`,
          ...(isTime ? {} : { stray: { column: name, text } }),
        };
      if (this.#isMissingNumber(cell, value)) return undefined;
      column.numbers[row] = value;
    }
    column.present[row] = 1;
    return undefined;
  }

  #compute(
    column: BoundColumn['column'],
    row: number,
    index: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): BadRow | undefined {
    const computed = this.#table.computed[index];
    if (computed === undefined) return undefined;
    const texts = computed.from.map((cell) => this.#cells.text(bytes, cell, this.#decode));
    const value = computed.value(texts, this.#line - this.#table.firstLine);
    if (Number.isNaN(value))
      return {
        reason: 'bad_time',
        detail: `${computed.name} is ${shown(texts.join(' '))}, which is no time there was, or not just one`,
      };
    column.numbers[row] = value;
    column.present[row] = 1;
    return undefined;
  }

  #isMissingNumber(cell: number, value: number): boolean {
    const { missingNumbers } = this.#table;
    return missingNumbers.get(cell)?.has(value) === true || missingNumbers.get(-1)?.has(value) === true;
  }

  /** Whether the row has as many cells as the header; more are fine where nothing is in them. */
  #hasWidth(): boolean {
    const width = this.#table.names.length - this.#table.computed.length;
    if (this.#cells.count < width) return false;
    for (let cell = width; cell < this.#cells.count; cell++)
      if (this.#cells.end[cell] !== this.#cells.start[cell]) return false;
    return true;
  }

  #isEmptyRow(): boolean {
    for (let cell = 0; cell < this.#cells.count; cell++)
      if (this.#cells.end[cell] !== this.#cells.start[cell]) return false;
    return true;
  }

  #isHeaderLine(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#headerLines.has(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
  }

  #skip(bytes: Uint8Array, start: number, end: number, base: number): void {
    this.#skipping ??= new LongLine(base + start);
    this.#skipping.add(bytes, start, end);
  }

  #endSkip(batch: MessageBatch): void {
    if (this.#skipping === undefined) return;
    batch.rejects.push(
      this.#skipping.reject((length) => `line ${this.#line}: ${length} bytes; a row has at most ${MAX_ROW_BYTES}`),
    );
    this.#skipping = undefined;
  }
}

function numberOf(text: string, isBoolean: boolean): number {
  if (isBoolean && /^(?:true|yes|on)$/i.test(text)) return 1;
  if (isBoolean && /^(?:false|no|off)$/i.test(text)) return 0;
  return Number.NaN;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

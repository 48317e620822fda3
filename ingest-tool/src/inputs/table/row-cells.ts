import type { TextDecoding } from './text-decoding';

const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;

/** A row with more cells than this is damage. */
const MAX_CELLS = 8192;

/** How the cells of a row are told apart: by a byte, or by any number of blanks and tabs. */
export interface CellSyntax {
  delimiter: number | 'blanks';
  /** Whether a cell may stand in quotation marks, these doubled inside. */
  isQuoted: boolean;
}

/** Where the cells of one row stand, without the blanks around them. */
export class RowCells {
  readonly start = new Uint32Array(MAX_CELLS);
  readonly end = new Uint32Array(MAX_CELLS);
  /** Whether a cell stood in quotation marks; these are not between its start and end. */
  readonly quoted = new Uint8Array(MAX_CELLS);
  count = 0;

  /** Takes a row apart. Returns what is wrong with it, in words, or undefined. */
  split(bytes: Uint8Array, start: number, end: number, syntax: CellSyntax): string | undefined {
    this.count = 0;
    return syntax.delimiter === 'blanks'
      ? this.#splitBlanks(bytes, start, end)
      : this.#splitDelimited(bytes, start, end, syntax.delimiter, syntax.isQuoted);
  }

  /** Whether a row ends inside quotation marks. */
  isOpen(bytes: Uint8Array, start: number, end: number, { delimiter, isQuoted }: CellSyntax): boolean {
    if (!isQuoted || delimiter === 'blanks') return false;
    this.count = 0;
    return this.#splitDelimited(bytes, start, end, delimiter, true) === OPEN;
  }

  /** A cell as text. */
  text(bytes: Uint8Array, cell: number, decode: TextDecoding): string {
    const start = this.start[cell] ?? 0;
    const text = decode(bytes.subarray(start, this.end[cell] ?? start));
    return this.quoted[cell] === 1 ? text.replaceAll('""', '"') : text;
  }

  #splitBlanks(bytes: Uint8Array, start: number, end: number): string | undefined {
    let position = start;
    while (position < end) {
      while (position < end && isBlank(bytes[position])) position++;
      if (position === end) break;
      const cellStart = position;
      while (position < end && !isBlank(bytes[position])) position++;
      if (!this.#add(cellStart, position, false)) return TOO_MANY;
    }
    return undefined;
  }

  #splitDelimited(
    bytes: Uint8Array,
    start: number,
    end: number,
    delimiter: number,
    isQuoted: boolean,
  ): string | undefined {
    for (let position = start; ; position++) {
      let cellStart = position;
      while (cellStart < end && bytes[cellStart] !== delimiter && isBlank(bytes[cellStart])) cellStart++;
      if (isQuoted && cellStart < end && bytes[cellStart] === QUOTE) {
        position = cellStart + 1;
        while (position < end && (bytes[position] !== QUOTE || bytes[position + 1] === QUOTE))
          position += bytes[position] === QUOTE ? 2 : 1;
        if (position >= end) return OPEN;
        if (!this.#add(cellStart + 1, position, true)) return TOO_MANY;
        position++;
        while (position < end && bytes[position] !== delimiter && isBlank(bytes[position])) position++;
        if (position < end && bytes[position] !== delimiter) return 'text goes on behind a closing quotation mark';
      } else {
        position = cellStart;
        while (position < end && bytes[position] !== delimiter) position++;
        let cellEnd = position;
        while (cellEnd > cellStart && isBlank(bytes[cellEnd - 1])) cellEnd--;
        if (!this.#add(cellStart, cellEnd, false)) return TOO_MANY;
      }
      if (position >= end) return undefined;
    }
  }

  #add(start: number, end: number, quoted: boolean): boolean {
    if (this.count === MAX_CELLS) return false;
    this.start[this.count] = start;
    this.end[this.count] = end;
    this.quoted[this.count++] = quoted ? 1 : 0;
    return true;
  }
}

const OPEN = 'a quotation mark is not closed';
const TOO_MANY = `more than ${MAX_CELLS} cells`;

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

import { basename } from 'node:path';
import { textDecoding } from './text-decoding';

/** A line of a table's beginning. */
export interface HeadLine {
  text: string;
  /** Byte offset of the next line. */
  next: number;
}

/** A table's beginning, as text. */
export interface TableHead {
  /** Of the file, for errors and for what its name tells. */
  path: string;
  lines: readonly HeadLine[];
  /** As declared. */
  encoding: string | undefined;
}

/** Bytes of a file's beginning that a table is told by: headers of thousands of lines exist. */
export const TABLE_HEAD_BYTES = 1 << 18;

/** Lines of a beginning that are looked at. */
const MAX_LINES = 2000;

/** Share of lines with bytes that no text has above which a file is none; below it they are damage. */
const DAMAGED_SHARE = 0.3;

/**
 * Takes the beginning of a file for text; undefined where it is none.
 * @param isWhole whether that is all of the file; else its last line is left out, since it may go on
 */
export function readTableHead(
  path: string,
  head: Uint8Array,
  isWhole: boolean,
  encoding?: string,
): TableHead | undefined {
  const decode = textDecoding(encoding);
  let damaged = 0;
  const lines: HeadLine[] = [];
  let position = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (position < head.length && lines.length < MAX_LINES) {
    const newline = head.indexOf(0x0a, position);
    if (newline < 0 && !isWhole) break;
    const end = newline < 0 ? head.length : newline;
    const text = decode(head.subarray(position, end)).replace(/\r$/, '');
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f]/.test(text)) damaged++;
    position = newline < 0 ? end : end + 1;
    lines.push({ text, next: position });
  }
  return lines.length === 0 || damaged > DAMAGED_SHARE * lines.length ? undefined : { path, lines, encoding };
}

/** What the name of a file tells, as facts about the table in it. */
export function fileFacts(path: string): [name: string, value: string][] {
  const name = basename(path);
  return [
    ['file.name', name],
    ['file.stem', name.replace(/(?:\.(?:gz|zst|csv|txt|dat|tsv|cnv|use|json|ndjson|jsonl|log))+$/i, '')],
  ];
}

import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';

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
  encoding: string;
}

/** Bytes of a file's beginning that a table is told by: headers of thousands of lines exist. */
export const TABLE_HEAD_BYTES = 1 << 18;

/** Lines of a beginning that are looked at. */
const MAX_LINES = 2000;

/**
 * Takes the beginning of a file for text; undefined where it has bytes that no text has.
 * @param isWhole whether that is all of the file; else its last line is left out, since it may go on
 * @param encoding as declared; else UTF-8 where it can be, and windows-1252
 */
export function readTableHead(
  path: string,
  head: Uint8Array,
  isWhole: boolean,
  encoding?: string,
): TableHead | undefined {
  const own = encoding ?? (isUtf8(cutAtCharacter(head, isWhole)) ? 'utf-8' : 'windows-1252');
  const decoder = new TextDecoder(own);
  const lines: HeadLine[] = [];
  let position = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (position < head.length && lines.length < MAX_LINES) {
    const newline = head.indexOf(0x0a, position);
    if (newline < 0 && !isWhole) break;
    const end = newline < 0 ? head.length : newline;
    const text = decoder.decode(head.subarray(position, end)).replace(/\r$/, '');
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f]/.test(text)) return undefined;
    position = newline < 0 ? end : end + 1;
    lines.push({ text, next: position });
  }
  return lines.length === 0 ? undefined : { path, lines, encoding: own };
}

/** What the name of a file tells, as facts about the table in it. */
export function fileFacts(path: string): [name: string, value: string][] {
  const name = basename(path);
  return [
    ['file.name', name],
    ['file.stem', name.replace(/(?:\.(?:gz|zst|csv|txt|dat|tsv|cnv|json|ndjson|jsonl|log))+$/i, '')],
  ];
}

/** The bytes without a character that is cut at their end. */
function cutAtCharacter(head: Uint8Array, isWhole: boolean): Uint8Array {
  if (isWhole) return head;
  let end = head.length;
  while (end > 0 && head.length - end < 4 && ((head[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return head.subarray(0, Math.max(0, end - 1));
}

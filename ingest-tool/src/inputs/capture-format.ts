import { isUtf8 } from 'node:buffer';
import { EXIT, ToolError } from '../tool-error';
import { refuseForeignFile } from './foreign-files';
import { probeFraming } from './framing-probe';
import { isLineFormat, parseLineFormat, type LineFormat } from './line-format';
import { guessLines } from './line-guess';
import { isNetworkCapture } from './pcap/capture-file';
import { openTable } from './table/open-table';
import { isTob } from './table/tob-table';
import { TABLE_HEAD_BYTES } from './table/table-head';
import { tableSettings } from './table/table-settings';

/** How messages lie in a capture, where a name says it. */
export const FORMAT_NAMES = [
  'delimited',
  'fixed32-be',
  'fixed32-le',
  'single',
  'hex-lines',
  'base64-lines',
  'json-lines',
  'mosquitto',
  'network',
] as const;

/** How messages lie in a capture: by name, or as the lines of a declared format. */
export type CaptureFormat = (typeof FORMAT_NAMES)[number] | LineFormat;

/** Bytes of a capture's beginning that decide what it is. */
export const HEAD_BYTES = TABLE_HEAD_BYTES;

/**
 * The format that `--format` names.
 * @throws ToolError where it is neither a name nor a line's format
 */
export function parseCaptureFormat(text: string): CaptureFormat {
  const name = FORMAT_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  if (isLineFormat(text)) return parseLineFormat(text);
  throw new ToolError(
    EXIT.usage,
    `There is no format ${text}`,
    `There are ${FORMAT_NAMES.join(', ')}, and formats of mosquitto_sub such as '%I\\t%t\\t%x'.`,
  );
}

/**
 * Tells from its beginning what a capture is, whatever it is called.
 * @param head the first bytes, up to {@link HEAD_BYTES}, after decompression
 * @param isWhole whether that is all of it
 * @throws ToolError where it is something that is not read
 */
export function detectFormat(head: Uint8Array, isWhole: boolean, path: string): CaptureFormat {
  if (isNetworkCapture(head)) return 'network';
  refuseForeignFile(head, path);
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const lines = guessLines(text, isWhole);
  if (lines !== undefined) return lines;
  if (head.length > 0 && isText(head, text)) {
    throw noMessages(path, openTable(head, isWhole, path, tableSettings.parse({}))?.format);
  }
  const framing = probeFraming(head, isWhole);
  return framing === 'varint' ? 'delimited' : framing;
}

/** Whether a capture holds messages rather than the rows of a table. */
export function holdsMessages(head: Uint8Array, isWhole: boolean, path: string): boolean {
  if (isTob(head)) return false;
  try {
    detectFormat(head, isWhole, path);
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

/** Share of letters beyond ASCII that texts of western languages stay below. */
const FOREIGN_LETTERS = 0.2;

/** Whether a capture is text, also in an encoding of one byte a letter, such as a spreadsheet in windows-1252. */
function isText(head: Uint8Array, latin1: string): boolean {
  if (/[\u0000-\u0008\u000e-\u001a]/.test(latin1)) return false;
  if (isUtf8(head)) return true;
  const foreign = latin1.match(/[\x7f-\xff]/g)?.length ?? 0;
  return latin1.includes('\n') && foreign < FOREIGN_LETTERS * head.length;
}

function noMessages(path: string, table: string | undefined): ToolError {
  return table === undefined
    ? new ToolError(
        EXIT.input,
        `${path} is text in no format that is known`,
        "Give length-delimited protobuf, what mosquitto_sub -F '%U %q %r %l %t %x' prints, or a pcap or pcapng network capture (gzip and zstd are fine); docs/inputs.md lists the others. If it is one of them behind some damage, say which with --format.",
      )
    : new ToolError(
        EXIT.input,
        `${path} is a ${table}: its rows are no messages`,
        'Give --preset csv, or a mapping with table: {} in it, and leave --proto and --message out.',
      );
}

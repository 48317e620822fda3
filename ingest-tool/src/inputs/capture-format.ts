import { isUtf8 } from 'node:buffer';
import { EXIT, ToolError } from '../tool-error';
import { refuseForeignFile } from './foreign-files';
import { probeFraming } from './framing-probe';
import { isLineFormat, parseLineFormat, type LineFormat } from './line-format';
import { guessLines } from './line-guess';
import { isNetworkCapture } from './pcap/capture-file';
import { openTable } from './table/open-table';
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
  if (head.length > 0 && isText(head, text)) throw noMessages(path, tableName(head, isWhole, path));
  const framing = probeFraming(head, isWhole);
  return framing === 'varint' ? 'delimited' : framing;
}

/** What kind of table a capture is; undefined where it is none. */
function tableName(head: Uint8Array, isWhole: boolean, path: string): string | undefined {
  try {
    return openTable(head, isWhole, path, tableSettings.parse({}))?.format;
  } catch (error) {
    if (error instanceof ToolError) return 'table';
    throw error;
  }
}

function isText(head: Uint8Array, latin1: string): boolean {
  return /^[\t\n\r\x20-\x7e]+$/.test(latin1) || (isUtf8(head) && !/[\u0000-\u0008\u000e-\u001a]/.test(latin1));
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

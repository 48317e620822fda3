import { EXIT, ToolError } from '../tool-error';
import { probeFraming } from './framing-probe';
import { isLineFormat, parseLineFormat, type LineFormat } from './line-format';
import { guessLines } from './line-guess';
import { isNetworkCapture } from './pcap/capture-file';

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
export const HEAD_BYTES = 1 << 16;

const FOREIGN: [magic: number[], what: string][] = [
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive'],
];

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
  const foreign = FOREIGN.find(([magic]) => magic.every((byte, index) => head[index] === byte));
  if (foreign !== undefined) throw unreadable(path, `is ${foreign[1]}`);
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const lines = guessLines(text, isWhole);
  if (lines !== undefined) return lines;
  if (head.length > 0 && /^[\t\n\r\x20-\x7e]+$/.test(text))
    throw unreadable(path, 'is text in no format that is known');
  const framing = probeFraming(head, isWhole);
  return framing === 'varint' ? 'delimited' : framing;
}

function unreadable(path: string, what: string): ToolError {
  return new ToolError(
    EXIT.input,
    `${path} ${what}`,
    "Give length-delimited protobuf, what mosquitto_sub -F '%U %q %r %l %t %x' prints, or a pcap or pcapng network capture (gzip and zstd are fine); docs/inputs.md lists the others. If it is one of them behind some damage, say which with --format.",
  );
}

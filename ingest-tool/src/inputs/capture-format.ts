import { EXIT, ToolError } from '../tool-error';
import { isNetworkCapture } from './pcap/capture-file';
import { looksLikeHexLine, looksLikeJsonLine } from './mosquitto-lines';

/** How messages lie in a capture. */
export const CAPTURE_FORMATS = ['delimited', 'mosquitto', 'network'] as const;
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];

/** Bytes of a capture's beginning that decide what it is. */
export const HEAD_BYTES = 1 << 16;

const FOREIGN: [magic: number[], what: string][] = [
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd file'],
];

/**
 * Tells from its beginning what a capture is, whatever it is called.
 * @param head the first bytes, up to {@link HEAD_BYTES}, after gunzip
 * @throws ToolError where it is something that is not read
 */
export function detectFormat(head: Uint8Array, path: string): CaptureFormat {
  if (isNetworkCapture(head)) return 'network';
  const foreign = FOREIGN.find(([magic]) => magic.every((byte, index) => head[index] === byte));
  if (foreign !== undefined) throw unreadable(path, `is ${foreign[1]}`);
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const lines = text.split('\n');
  if (lines.some((line) => looksLikeHexLine(line) || looksLikeJsonLine(line))) return 'mosquitto';
  if (head.length > 0 && /^[\t\n\r\x20-\x7e]+$/.test(text))
    throw unreadable(path, 'is text in no format that is known');
  return 'delimited';
}

/** Whether the bytes start a gzip stream. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function unreadable(path: string, what: string): ToolError {
  return new ToolError(
    EXIT.input,
    `${path} ${what}`,
    "Give length-delimited protobuf, or what mosquitto_sub -F '%U %q %r %l %t %x' prints, or a pcap or pcapng network capture (gzip is fine). If it is one of them behind some damage, say which with --format.",
  );
}

import { LineError } from './line-error';
import type { LineReader } from './line-parser';

const NOWHERE = { topic: -1, receiveTime: Number.NaN };

/** Reads captures of one message a line, in hexadecimal digits. */
export const hexLines: LineReader = ({ bytes, start, end }, arena) => {
  const payloadStart = arena.used;
  if (arena.putHex(bytes, start, end) < 0) throw new LineError('bad_line', 'not hexadecimal digits, two a byte');
  return { payloadStart, ...NOWHERE };
};

/** Reads captures of one message a line, in base64, also in its form for URLs. */
export const base64Lines: LineReader = ({ bytes, start, end }, arena) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const digits = text.replace(/={1,2}$/, '');
  // Node skips what is not base64, so damage would go unseen.
  if (!isBase64(text) || digits.length % 4 === 1) throw new LineError('bad_line', 'not base64');
  const payloadStart = arena.used;
  arena.put(Buffer.from(digits, 'base64'));
  return { payloadStart, ...NOWHERE };
};

/** Whether a line can be hexadecimal digits of at least one byte. */
export function isHex(line: string): boolean {
  return line.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(line);
}

/** Whether a line can be base64. */
export function isBase64(line: string): boolean {
  return /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(line) && (line.length % 4 === 0 || !line.endsWith('='));
}

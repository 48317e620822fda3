import type { StringDictionary } from '../decode/string-dictionary';
import { LineError } from './line-error';
import type { Line, LineMessage, LineReader } from './line-parser';
import type { RejectReason } from './message-batch';
import { readJsonLine } from './mosquitto-json';
import { unixTime } from './mosquitto-time';
import type { PayloadArena } from './payload-arena';

const SPACE = 0x20;
const BRACE = 0x7b;
const ZERO = 0x30;

/** Whether a line starts like one of `%U …`: seconds, a dot, nanoseconds, a blank. */
export function looksLikeHexLine(line: string): boolean {
  return /^\d{1,12}\.\d{1,9} .* ?[0-9a-fA-F]*\r?$/.test(line);
}

/** Whether a line starts like one of `%j`. */
export function looksLikeJsonLine(line: string): boolean {
  return /^\s*\{\s*"tst"\s*:/.test(line);
}

/**
 * Reads what `mosquitto_sub -F` prints: `%U %q %r %l %t %x`, `%U %t %x`, `%j` or `%J`, one message a line. A topic may hold
 * blanks, so lines are taken apart from both ends.
 */
export function mosquittoLines(topics: StringDictionary): LineReader {
  return (line, arena) =>
    line.bytes[line.start] === BRACE ? jsonMessage(line, arena, topics) : hexMessage(line, arena, topics);
}

function jsonMessage({ bytes, start, end }: Line, arena: PayloadArena, topics: StringDictionary): LineMessage {
  const { receiveTime, topic, payload } = readJsonLine(
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start),
  );
  const payloadStart = arena.used;
  arena.put(payload);
  return { payloadStart, topic: topics.internText(topic), receiveTime };
}

function hexMessage({ bytes, start, end, complete }: Line, arena: PayloadArena, topics: StringDictionary): LineMessage {
  const timeEnd = bytes.indexOf(SPACE, start);
  if (timeEnd < 0 || timeEnd >= end) throw new LineError('bad_line', 'no blank, so no topic and no payload');
  const receiveTime = unixTime(bytes, start, timeEnd);
  if (Number.isNaN(receiveTime))
    throw new LineError('bad_line', 'does not start with a time such as 1795227456.278654224');
  const digits = bytes.lastIndexOf(SPACE, end - 1) + 1;
  if (digits <= timeEnd + 1) throw new LineError('bad_line', 'no topic', null, receiveTime);
  const announced = announcedLength(bytes, timeEnd + 1, digits - 1);
  const topicStart = announced === undefined ? timeEnd + 1 : announced.next;
  const topic = topics.intern(bytes, topicStart, digits - 1);
  const reject = (reason: RejectReason, detail: string): LineError =>
    new LineError(reason, detail, topics.textOf(topic), receiveTime);

  const payloadStart = arena.used;
  const size = arena.putHex(bytes, digits, end);
  if (size < 0) throw reject('bad_line', 'the payload is not hexadecimal (%x)');
  if (announced !== undefined && announced.length !== size) {
    throw reject(
      complete ? 'payload_length' : 'truncated',
      `the broker announced ${announced.length} bytes, the line has ${size}`,
    );
  }
  // Without a length and a newline nothing says that the last line is whole.
  if (announced === undefined && !complete) throw reject('truncated', 'no newline after it');
  return { payloadStart, topic, receiveTime };
}

/** Reads `%q %r %l `: QoS 0–2, retained 0–1, length. Undefined where the text before the topic is not that. */
function announcedLength(bytes: Uint8Array, start: number, end: number): { length: number; next: number } | undefined {
  const qos = (bytes[start] ?? 0) - ZERO;
  const retained = (bytes[start + 2] ?? 0) - ZERO;
  if (qos < 0 || qos > 2 || retained < 0 || retained > 1) return undefined;
  if (bytes[start + 1] !== SPACE || bytes[start + 3] !== SPACE) return undefined;
  let length = 0;
  let position = start + 4;
  for (; position < end; position++) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
  }
  if (position === start + 4 || bytes[position] !== SPACE || position >= end) return undefined;
  return { length, next: position + 1 };
}

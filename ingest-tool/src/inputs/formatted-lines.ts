import type { StringDictionary } from '../decode/string-dictionary';
import { LineError } from './line-error';
import type { LineFormat, LinePart } from './line-format';
import type { LineReader } from './line-parser';
import type { RejectReason } from './message-batch';
import { isoTime, unixTime } from './mosquitto-time';

interface Span {
  start: number;
  end: number;
}

/** A line's format made ready: the field that may hold anything, and what stands before and after it. */
interface Layout {
  before: readonly LinePart[];
  /** `raw` where the payload is printed as it is, else the topic. */
  elastic: LinePart | undefined;
  after: readonly LinePart[];
}

/**
 * Reads lines of a declared format. Fields are found by the text between them, from the left up to the payload, or to the topic
 * where the payload is hexadecimal, and from the right down to it. So a topic may hold that text, unless a raw
 * payload follows: then the announced length (`%l`) tells, and without it the topic ends where that text first comes.
 */
export function formattedLines(format: LineFormat, topics: StringDictionary): LineReader {
  const layout = layoutOf(format);
  return (line, arena) => {
    const { bytes, start, end, complete } = line;
    const spans = spansOf(layout, bytes, start, end);
    if (spans === undefined) throw new LineError('bad_line', `not of the format ${format.pattern}`);
    const text = (kind: string): string | undefined => {
      const span = spans.get(kind);
      return span === undefined ? undefined : latin1(bytes, span.start, span.end);
    };
    const receiveTime = timeOf(spans, bytes);
    const length = text('length');
    const announced = length === undefined ? undefined : Number(length);
    if (announced !== undefined && !/^\d+$/.test(length ?? ''))
      throw new LineError('bad_line', `the length (%l) is ${length}`);
    alignTopic(format, spans, bytes, announced);

    const topicSpan = spans.get('topic');
    const topic = topicSpan === undefined ? -1 : topics.intern(bytes, topicSpan.start, topicSpan.end);
    const reject = (reason: RejectReason, detail: string): LineError =>
      new LineError(
        reason,
        detail,
        topic < 0 ? null : topics.textOf(topic),
        Number.isNaN(receiveTime) ? null : receiveTime,
      );
    if (topicSpan !== undefined && topicSpan.start === topicSpan.end) throw reject('bad_line', 'no topic');
    if (hasTime(spans) && Number.isNaN(receiveTime)) throw reject('bad_line', 'its time is none');

    const payloadStart = arena.used;
    const hex = spans.get('hex');
    const raw = spans.get('raw');
    if (hex !== undefined && arena.putHex(bytes, hex.start, hex.end) < 0)
      throw reject('bad_line', 'the payload is not hexadecimal (%x)');
    if (raw !== undefined) {
      const isNull = raw.end - raw.start === 6 && latin1(bytes, raw.start, raw.end) === '(null)';
      if (!isNull) arena.put(bytes.subarray(raw.start, raw.end));
    }
    const size = arena.used - payloadStart;
    if (announced !== undefined && announced !== size) {
      throw reject(
        complete ? 'payload_length' : 'truncated',
        `the broker announced ${announced} bytes, the line has ${size}`,
      );
    }
    if (announced === undefined && !complete) throw reject('truncated', 'no newline after it');
    return { payloadStart, topic, receiveTime };
  };
}

function layoutOf({ parts }: LineFormat): Layout {
  const indexOf = (kind: string): number => parts.findIndex((part) => 'field' in part && part.field === kind);
  const raw = indexOf('raw');
  const topic = indexOf('topic');
  const at = raw >= 0 ? raw : topic >= 0 ? topic : indexOf('hex');
  return { before: parts.slice(0, at), elastic: parts[at], after: parts.slice(at + 1) };
}

/** Where each field stands; undefined where the text between fields is not where it should be. */
function spansOf({ before, elastic, after }: Layout, bytes: Uint8Array, start: number, end: number) {
  const spans = new Map<string, Span>();
  let left = start;
  let right = end;
  for (const [index, part] of before.entries()) {
    if ('text' in part) {
      if (!hasText(bytes, left, right, part.text)) return undefined;
      left += part.text.length;
      continue;
    }
    const next = before[index + 1];
    const fieldEnd = next !== undefined && 'text' in next ? find(bytes, left, right, next.text) : right;
    if (fieldEnd < 0) return undefined;
    spans.set(part.field, { start: left, end: fieldEnd });
    left = fieldEnd;
  }
  for (const [index, part] of [...after].reverse().entries()) {
    if ('text' in part) {
      if (!hasText(bytes, right - part.text.length, right, part.text) || right - part.text.length < left)
        return undefined;
      right -= part.text.length;
      continue;
    }
    const next = after[after.length - index - 2];
    const fieldStart = next !== undefined && 'text' in next ? findLast(bytes, left, right, next.text) : left;
    if (fieldStart < 0) return undefined;
    spans.set(part.field, { start: fieldStart, end: right });
    right = fieldStart;
  }
  if (elastic !== undefined && 'field' in elastic) spans.set(elastic.field, { start: left, end: right });
  return spans;
}

/** Moves the border between a topic and the raw payload behind it to where the announced length says it is. */
function alignTopic(
  { parts }: LineFormat,
  spans: Map<string, Span>,
  bytes: Uint8Array,
  announced: number | undefined,
): void {
  const raw = spans.get('raw');
  const topic = spans.get('topic');
  const at = parts.findIndex((part) => 'field' in part && part.field === 'raw');
  const between = parts[at - 1];
  const before = parts[at - 2];
  if (raw === undefined || topic === undefined || announced === undefined || between === undefined) return;
  if (!('text' in between) || before === undefined || !('field' in before) || before.field !== 'topic') return;
  const start = raw.end - announced;
  const topicEnd = start - between.text.length;
  if (topicEnd <= topic.end || !hasText(bytes, topicEnd, start, between.text)) return;
  raw.start = start;
  topic.end = topicEnd;
}

const TIMES = ['time', 'isoTime', 'seconds'];

function hasTime(spans: Map<string, Span>): boolean {
  return TIMES.some((kind) => spans.has(kind));
}

function timeOf(spans: Map<string, Span>, bytes: Uint8Array): number {
  const unix = spans.get('time');
  if (unix !== undefined) return unixTime(bytes, unix.start, unix.end);
  const iso = spans.get('isoTime');
  if (iso !== undefined) return isoTime(latin1(bytes, iso.start, iso.end));
  const seconds = spans.get('seconds');
  if (seconds === undefined) return Number.NaN;
  const fraction = spans.get('nanoseconds');
  const digits = fraction === undefined ? '0' : latin1(bytes, fraction.start, fraction.end);
  const whole = Buffer.from(`${latin1(bytes, seconds.start, seconds.end)}.${digits}`);
  return unixTime(whole, 0, whole.length);
}

function hasText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (start < 0 || end - start < text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}

function find(bytes: Uint8Array, start: number, end: number, text: string): number {
  for (let at = start; at + text.length <= end; at++) if (hasText(bytes, at, end, text)) return at;
  return -1;
}

/** The end of the last occurrence of a text; -1 where there is none. */
function findLast(bytes: Uint8Array, start: number, end: number, text: string): number {
  for (let at = end - text.length; at >= start; at--) if (hasText(bytes, at, end, text)) return at + text.length;
  return -1;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

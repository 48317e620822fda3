import type { StringDictionary } from '../decode/string-dictionary';
import { MAX_MESSAGE_BYTES, type CaptureParser } from './capture-parser';
import { keptCopy, type MessageBatch, type RejectReason } from './message-batch';
import { LineError, readJsonLine } from './mosquitto-json';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const BRACE = 0x7b;
const DOT = 0x2e;
const ZERO = 0x30;

/** The value of a hexadecimal digit, 255 for any other byte. */
const HEX_VALUE = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Whether a line starts like one of `%U …`: seconds, a dot, nanoseconds, a blank. */
export function looksLikeHexLine(line: string): boolean {
  return /^\d{1,12}\.\d{1,9} .* ?[0-9a-fA-F]*\r?$/.test(line);
}

/** Whether a line starts like one of `%j`. */
export function looksLikeJsonLine(line: string): boolean {
  return /^\s*\{\s*"tst"\s*:/.test(line);
}

/**
 * Reads what `mosquitto_sub -F` prints: `%U %q %r %l %t %x`, `%U %t %x`, or `%j`, one message a line. A topic may hold
 * blanks, so lines are taken apart from both ends. A line that cannot be read is rejected and the next one tried.
 */
export class MosquittoLineParser implements CaptureParser {
  readonly #topics: StringDictionary;
  #payloads = new Uint8Array(1 << 16);
  #used = 0;
  /** Where in the capture a line began that is too long to be kept. */
  #skipping: { offset: number; length: number; kept: Uint8Array } | undefined;

  constructor(topics: StringDictionary) {
    this.#topics = topics;
  }

  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    base: number,
    last: boolean,
    batch: MessageBatch,
  ): number {
    this.#used = 0;
    let position = start;
    while (position < end && !batch.full) {
      const newline = bytes.indexOf(NEWLINE, position);
      const found = newline >= 0 && newline < end;
      if (!found && !last) {
        if (end - position > 2 * MAX_MESSAGE_BYTES || this.#skipping !== undefined) {
          this.#skip(bytes, position, end, base);
          position = end;
        }
        break;
      }
      const lineEnd = found ? newline : end;
      const next = found ? newline + 1 : end;
      if (this.#skipping !== undefined) {
        this.#skip(bytes, position, next, base);
        this.#endSkip(batch);
      } else {
        this.#line(bytes, position, lineEnd, next, base, found, batch);
      }
      position = next;
    }
    if (last && position === end) this.#endSkip(batch);
    batch.bytes = this.#payloads;
    return position;
  }

  #line(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    lineEnd: number,
    next: number,
    base: number,
    complete: boolean,
    batch: MessageBatch,
  ): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    if (end === start) return;
    try {
      if (bytes[start] === BRACE) this.#jsonLine(bytes, start, end, base + start, next - start, batch);
      else this.#hexLine(bytes, start, end, base + start, next - start, complete, batch);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const cut = !complete && error.reason !== 'payload_length';
      batch.rejects.push({
        reason: cut ? 'truncated' : error.reason,
        detail: cut ? `the capture ends inside a line: ${error.message}` : error.message,
        offset: base + start,
        length: next - start,
        topic: error.topic,
        receiveTime: error.receiveTime,
        payload: keptCopy(bytes, start, lineEnd),
      });
    }
  }

  #jsonLine(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    offset: number,
    length: number,
    batch: MessageBatch,
  ): void {
    const { receiveTime, topic, payload } = readJsonLine(
      Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start),
    );
    this.#reserve(payload.length);
    this.#payloads.set(payload, this.#used);
    batch.add(this.#used, this.#used + payload.length, offset, length, this.#topics.internText(topic), receiveTime);
    this.#used += payload.length;
  }

  #hexLine(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    offset: number,
    length: number,
    complete: boolean,
    batch: MessageBatch,
  ): void {
    const timeEnd = bytes.indexOf(SPACE, start);
    if (timeEnd < 0 || timeEnd >= end) throw new LineError('bad_line', 'no blank, so no topic and no payload');
    const receiveTime = unixTime(bytes, start, timeEnd);
    if (Number.isNaN(receiveTime))
      throw new LineError('bad_line', 'does not start with a time such as 1795227456.278654224');
    const payloadStart = bytes.lastIndexOf(SPACE, end - 1) + 1;
    if (payloadStart <= timeEnd + 1) throw new LineError('bad_line', 'no topic', null, receiveTime);

    const announced = announcedLength(bytes, timeEnd + 1, payloadStart - 1);
    const topicStart = announced === undefined ? timeEnd + 1 : announced.next;
    const topic = this.#topics.intern(bytes, topicStart, payloadStart - 1);
    const reject = (reason: RejectReason, detail: string): LineError =>
      new LineError(reason, detail, this.#topics.textOf(topic), receiveTime);

    const size = this.#hex(bytes, payloadStart, end);
    if (size < 0) throw reject('bad_line', 'the payload is not hexadecimal (%x)');
    if (announced !== undefined && announced.length !== size) {
      throw reject(
        complete ? 'payload_length' : 'truncated',
        `the broker announced ${announced.length} bytes, the line has ${size}`,
      );
    }
    // Without a length and a newline nothing says that the last line is whole.
    if (announced === undefined && !complete) throw reject('truncated', 'no newline after it');
    batch.add(this.#used, this.#used + size, offset, length, topic, receiveTime);
    this.#used += size;
  }

  /** Decodes hexadecimal digits behind the payloads so far; returns the number of bytes, -1 where it is not hexadecimal. */
  #hex(bytes: Uint8Array, start: number, end: number): number {
    const size = (end - start) >> 1;
    if (size * 2 !== end - start) return -1;
    this.#reserve(size);
    const payloads = this.#payloads;
    let invalid = 0;
    for (let from = start, to = this.#used; from < end; from += 2, to++) {
      const high = HEX_VALUE[bytes[from] ?? 0] ?? 255;
      const low = HEX_VALUE[bytes[from + 1] ?? 0] ?? 255;
      invalid |= high | low;
      payloads[to] = (high << 4) | low;
    }
    return invalid > 15 ? -1 : size;
  }

  #reserve(size: number): void {
    if (this.#used + size <= this.#payloads.length) return;
    const larger = new Uint8Array(Math.max(this.#used + size, this.#payloads.length * 2));
    larger.set(this.#payloads.subarray(0, this.#used));
    this.#payloads = larger;
  }

  #skip(bytes: Uint8Array, start: number, end: number, base: number): void {
    this.#skipping ??= { offset: base + start, length: 0, kept: keptCopy(bytes, start, end) };
    this.#skipping.length += end - start;
  }

  #endSkip(batch: MessageBatch): void {
    if (this.#skipping === undefined) return;
    const { offset, length, kept } = this.#skipping;
    const detail = `a line of ${length} bytes; a message has at most ${MAX_MESSAGE_BYTES}`;
    batch.rejects.push({ reason: 'bad_line', detail, offset, length, topic: null, receiveTime: null, payload: kept });
    this.#skipping = undefined;
  }
}

/** UTC microseconds of `%U`: seconds, a dot and up to nine digits; NaN where it is not that. */
function unixTime(bytes: Uint8Array, start: number, end: number): number {
  let seconds = 0;
  let position = start;
  for (; position < end && bytes[position] !== DOT; position++) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    seconds = seconds * 10 + digit;
  }
  let micros = 0;
  let scale = 100_000;
  for (position++; position < end; position++) {
    const digit = (bytes[position] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    if (scale >= 1) micros += digit * scale;
    scale /= 10;
  }
  return position - start < 2 || seconds > 9e9 ? Number.NaN : seconds * 1_000_000 + micros;
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

import { MAX_MESSAGE_BYTES, type CaptureParser } from './capture-parser';
import { LineError } from './line-error';
import { LongLine } from './long-line';
import { keptCopy, type MessageBatch } from './message-batch';
import { PayloadArena } from './payload-arena';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** One line of a capture. */
export interface Line {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where it begins in `bytes`. */
  start: number;
  /** Where it ends, without its line break. */
  end: number;
  /** Whether it has a line break. Without one the capture may have been cut inside the line. */
  complete: boolean;
}

/** A message that a line held; its payload is the newest in the arena. */
export interface LineMessage {
  payloadStart: number;
  /** Number of the topic, -1 where the line has none. */
  topic: number;
  /** UTC microseconds, NaN where the line has none. */
  receiveTime: number;
}

/** Makes a message of one line that is not empty. @throws LineError where it cannot */
export type LineReader = (line: Line, arena: PayloadArena) => LineMessage;

/**
 * Reads captures of one message a line. A line that cannot be read is rejected and the next one tried.
 */
export class LineParser implements CaptureParser {
  readonly #read: LineReader;
  readonly #arena = new PayloadArena();
  #skipping: LongLine | undefined;

  constructor(read: LineReader) {
    this.#read = read;
  }

  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    base: number,
    last: boolean,
    batch: MessageBatch,
  ): number {
    this.#arena.clear();
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
        this.#line({ bytes, start: position, end: lineEnd, complete: found }, base, next - position, batch);
      }
      position = next;
    }
    if (last && position === end) this.#endSkip(batch);
    batch.bytes = this.#arena.bytes;
    return position;
  }

  #line(line: Line, base: number, length: number, batch: MessageBatch): void {
    const { bytes, start, end, complete } = line;
    if (end > start && bytes[end - 1] === RETURN) line.end--;
    if (line.end === start) return;
    try {
      const { payloadStart, topic, receiveTime } = this.#read(line, this.#arena);
      batch.add(payloadStart, this.#arena.used, base + start, length, topic, receiveTime);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const cut = !complete && error.reason !== 'payload_length';
      batch.rejects.push({
        reason: cut ? 'truncated' : error.reason,
        detail: cut ? `the capture ends inside a line: ${error.message}` : error.message,
        offset: base + start,
        length,
        topic: error.topic,
        receiveTime: error.receiveTime,
        payload: keptCopy(bytes, start, end),
      });
    }
  }

  #skip(bytes: Uint8Array, start: number, end: number, base: number): void {
    this.#skipping ??= new LongLine(base + start);
    this.#skipping.add(bytes, start, end);
  }

  #endSkip(batch: MessageBatch): void {
    if (this.#skipping === undefined) return;
    batch.rejects.push(
      this.#skipping.reject((length) => `a line of ${length} bytes; a message has at most ${MAX_MESSAGE_BYTES}`),
    );
    this.#skipping = undefined;
  }
}

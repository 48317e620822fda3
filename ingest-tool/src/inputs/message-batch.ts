/** Why something that was read did not become a row. */
export type RejectReason =
  | 'truncated' // the capture ends inside a message
  | 'bad_framing' // a length prefix that cannot be
  | 'bad_line' // a line that is not of the capture's format
  | 'payload_length' // fewer or more payload bytes than the broker announced
  | 'bad_value' // a cell that is not what its column holds
  | 'undecodable' // not a message of the schema
  | 'no_rule' // no payload rule of the mapping fits its topic
  | 'missing_device'
  | 'bad_time'
  | 'bad_position';

/** A cell of a table that is not what its column holds. */
export interface StrayCell {
  column: string;
  text: string;
}

/** Something that was read and set aside: everything needed to find it again and to retry it. */
export interface Reject {
  reason: RejectReason;
  /** In words: which field, which value. */
  detail: string;
  /** Byte offset in the capture (after gunzip) of the message's first byte, framing included. */
  offset: number;
  /** Bytes it takes up in the capture, framing included. */
  length: number;
  topic: string | null;
  /** UTC microseconds, or null where the capture does not say. */
  receiveTime: number | null;
  /** Number of the line a row of a table stands in, from 1; left out for all else. */
  line?: number | undefined;
  /** The cell that is not what its column holds; left out for all else, and not kept. */
  stray?: StrayCell | undefined;
  /** The payload, or the raw line where there is none; a copy that may be kept. At most {@link MAX_KEPT_BYTES}. */
  payload: Uint8Array;
}

/**
 * Something of a capture that no topic and no time of receipt are known of, to be set aside.
 * @param length bytes it takes up in the capture, from `offset` on
 */
export function rejectAt(
  reason: RejectReason,
  detail: string,
  offset: number,
  length: number,
  payload: Uint8Array,
): Reject {
  return { reason, detail, offset, length, topic: null, receiveTime: null, payload };
}

/** How much of one rejected message is kept; a whole rest of a capture may hang on one wrong length. */
export const MAX_KEPT_BYTES = 1 << 20;

/** How many messages travel together. Enough to amortise the calls, small enough to stay in the processor's cache. */
export const BATCH_CAPACITY = 8192;

/**
 * Messages on their way from a capture to the decoder, column by column. The bytes are a view of the reader's buffer
 * and are good only until the next batch is asked for.
 */
export class MessageBatch {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  count = 0;
  /** Where each payload starts and ends in `bytes`. */
  readonly start = new Uint32Array(BATCH_CAPACITY);
  readonly end = new Uint32Array(BATCH_CAPACITY);
  /** Where each message stands in the capture, framing included: see {@link Reject}. */
  readonly offset = new Float64Array(BATCH_CAPACITY);
  readonly length = new Float64Array(BATCH_CAPACITY);
  /** Index into the topic dictionary; -1 where the capture has no topics. */
  readonly topic = new Int32Array(BATCH_CAPACITY);
  /** UTC microseconds; NaN where the capture does not say. */
  readonly receiveTime = new Float64Array(BATCH_CAPACITY);
  /** Number of the line a row of a table stands in, from 1; 0 where there are none. */
  readonly line = new Float64Array(BATCH_CAPACITY);
  /** Index of the capture's name into the topic dictionary; -1 where nobody said. */
  capture = -1;
  /** Whether these are rows of a table. */
  isTable = false;
  /** What the reader itself could not make a message of. */
  readonly rejects: Reject[] = [];

  get full(): boolean {
    return this.count === BATCH_CAPACITY;
  }

  clear(): void {
    this.count = 0;
    this.rejects.length = 0;
  }

  /** Takes on one message; the caller makes sure the batch is not {@link full}. */
  add(
    start: number,
    end: number,
    offset: number,
    length: number,
    topic = -1,
    receiveTime = Number.NaN,
    line = 0,
  ): void {
    const index = this.count++;
    this.start[index] = start;
    this.end[index] = end;
    this.offset[index] = offset;
    this.length[index] = length;
    this.topic[index] = topic;
    this.receiveTime[index] = receiveTime;
    this.line[index] = line;
  }
}

/** A copy of at most {@link MAX_KEPT_BYTES} of some bytes. */
export function keptCopy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return bytes.slice(start, Math.min(end, start + MAX_KEPT_BYTES));
}

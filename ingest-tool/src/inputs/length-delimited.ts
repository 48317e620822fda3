import { MAX_MESSAGE_BYTES, type CaptureParser } from './capture-parser';
import { keptCopy, MAX_KEPT_BYTES, rejectAt, type MessageBatch, type Reject } from './message-batch';

/** How the length before a message is written: as a varint, or in four bytes. */
export type LengthPrefix = 'varint' | 'fixed32-be' | 'fixed32-le';

/** A length takes at most five varint bytes, as protobuf's own stream readers hold. */
const MAX_VARINT_BYTES = 5;

const NOTHING = new Uint8Array(0);

/** A length read from some bytes. */
export interface PrefixedLength {
  /** -1 where the bytes end inside the length, -2 where it does not end. */
  length: number;
  /** Where the message begins. */
  next: number;
}

/** Reads the length that stands before a message. */
export function readLength(prefix: LengthPrefix, bytes: Uint8Array, position: number, end: number): PrefixedLength {
  if (prefix !== 'varint') {
    if (position + 4 > end) return { length: -1, next: end };
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return { length: view.getUint32(position, prefix === 'fixed32-le'), next: position + 4 };
  }
  let length = 0;
  let scale = 1;
  let next = position;
  let byte = 0x80;
  while (byte >= 0x80 && next < end && next - position < MAX_VARINT_BYTES) {
    byte = bytes[next++] ?? 0;
    length += (byte & 0x7f) * scale;
    scale *= 128;
  }
  if (byte < 0x80) return { length, next };
  return { length: next - position === MAX_VARINT_BYTES ? -2 : -1, next };
}

/**
 * Reads length-delimited messages: each preceded by its length, as a varint as `writeDelimitedTo` and `encodeDelimited` do, or in
 * four bytes. A length that cannot be leaves no way to find the next message, so the rest of the capture becomes one reject.
 */
export class LengthDelimitedParser implements CaptureParser {
  readonly #prefix: LengthPrefix;
  #rest: Reject | undefined;

  constructor(prefix: LengthPrefix) {
    this.#prefix = prefix;
  }

  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    base: number,
    last: boolean,
    batch: MessageBatch,
  ): number {
    batch.bytes = bytes;
    let position = start;
    while (position < end && !batch.full && this.#rest === undefined) {
      const { length, next } = readLength(this.#prefix, bytes, position, end);
      if (length === -2 || length > MAX_MESSAGE_BYTES) {
        const claim = length === -2 ? `does not end after ${MAX_VARINT_BYTES} bytes` : `claims ${length} bytes`;
        const detail = `the length prefix ${claim}; a message has at most ${MAX_MESSAGE_BYTES}`;
        this.#rest = rejectAt('bad_framing', detail, base + position, 0, NOTHING);
      } else if (length === -1 || next + length > end) {
        if (!last) break;
        const detail =
          length === -1
            ? 'the capture ends inside a length prefix'
            : `the message has ${length} bytes, the capture ends after ${end - next}`;
        this.#rest = rejectAt('truncated', detail, base + position, 0, NOTHING);
        this.#keep(bytes, length === -1 ? position : next, end, end - position);
        position = end;
      } else {
        batch.add(next, next + length, base + position, next + length - position);
        position = next + length;
      }
    }
    if (this.#rest !== undefined) {
      this.#keep(bytes, position, end, end - position);
      position = end;
      if (last) {
        batch.rejects.push(this.#rest);
        this.#rest = undefined;
      }
    }
    return position;
  }

  #keep(bytes: Uint8Array, start: number, end: number, length: number): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    rest.length += length;
    const room = MAX_KEPT_BYTES - rest.payload.length;
    if (room > 0) rest.payload = Buffer.concat([rest.payload, keptCopy(bytes, start, Math.min(end, start + room))]);
  }
}

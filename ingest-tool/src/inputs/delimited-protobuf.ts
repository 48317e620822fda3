import { MAX_MESSAGE_BYTES, type CaptureParser } from './capture-parser';
import { keptCopy, MAX_KEPT_BYTES, type MessageBatch, type Reject } from './message-batch';

/** A length takes at most five varint bytes, as protobuf's own stream readers hold. */
const MAX_PREFIX_BYTES = 5;

/**
 * Reads length-delimited protobuf: each message preceded by its length as a varint, the framing of
 * `writeDelimitedTo` and `encodeDelimited`. A length that cannot be leaves no way to find the next message, so the rest
 * of the capture becomes one reject.
 */
export class DelimitedProtobufParser implements CaptureParser {
  #rest: Reject | undefined;

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
      let length = 0;
      let scale = 1;
      let next = position;
      let byte = 0x80;
      while (byte >= 0x80 && next < end && next - position < MAX_PREFIX_BYTES) {
        byte = bytes[next++] ?? 0;
        length += (byte & 0x7f) * scale;
        scale *= 128;
      }
      if ((byte >= 0x80 && next - position === MAX_PREFIX_BYTES) || (byte < 0x80 && length > MAX_MESSAGE_BYTES)) {
        const claim = byte >= 0x80 ? 'does not end after 5 bytes' : `claims ${length} bytes`;
        this.#rest = restOf(
          'bad_framing',
          `the length prefix ${claim}; a message has at most ${MAX_MESSAGE_BYTES}`,
          base + position,
        );
      } else if (byte >= 0x80 || next + length > end) {
        if (!last) break;
        const detail =
          byte >= 0x80
            ? 'the capture ends inside a length prefix'
            : `the message has ${length} bytes, the capture ends after ${end - next}`;
        this.#rest = restOf('truncated', detail, base + position);
        this.#keep(bytes, byte >= 0x80 ? position : next, end, end - position);
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

function restOf(reason: 'bad_framing' | 'truncated', detail: string, offset: number): Reject {
  return { reason, detail, offset, length: 0, topic: null, receiveTime: null, payload: new Uint8Array(0) };
}

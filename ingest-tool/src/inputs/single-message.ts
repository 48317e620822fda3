import { MAX_MESSAGE_BYTES, type CaptureParser } from './capture-parser';
import { keptCopy, rejectAt, type MessageBatch, type Reject } from './message-batch';

/** Takes a whole capture for one message. */
export class SingleMessageParser implements CaptureParser {
  #tooLong: Reject | undefined;

  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    base: number,
    last: boolean,
    batch: MessageBatch,
  ): number {
    batch.bytes = bytes;
    if (this.#tooLong === undefined && end - start > MAX_MESSAGE_BYTES) {
      const detail = `more than ${MAX_MESSAGE_BYTES} bytes; a message has at most so many`;
      this.#tooLong = rejectAt('bad_framing', detail, base + start, 0, keptCopy(bytes, start, end));
    }
    if (this.#tooLong !== undefined) {
      this.#tooLong.length += end - start;
      if (last) batch.rejects.push(this.#tooLong);
      return end;
    }
    if (!last) return start;
    if (end > start) batch.add(start, end, base + start, end - start);
    return end;
  }
}

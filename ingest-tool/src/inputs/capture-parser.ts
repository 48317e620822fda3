import type { MessageBatch } from './message-batch';

/** Takes messages out of the bytes of a capture, however the bytes were cut on their way. */
export interface CaptureParser {
  /**
   * Reads whole messages of `bytes[start, end)` into the batch until it is full or the bytes run out.
   * @param base offset in the capture of `bytes[0]`
   * @param last whether the capture ends at `end`: what is left then is rejected, never waited for
   * @returns where reading stopped: the first byte not yet dealt with
   */
  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    base: number,
    last: boolean,
    batch: MessageBatch,
  ): number;
}

/** The longest message that is believed. A longer one is taken for damage, so memory stays bounded. */
export const MAX_MESSAGE_BYTES = 16 << 20;

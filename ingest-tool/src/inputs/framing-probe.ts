import { MAX_MESSAGE_BYTES } from './capture-parser';
import { readLength, type LengthPrefix } from './length-delimited';

/** Messages of a capture's beginning that are looked into. */
const PROBED_MESSAGES = 32;

/**
 * Tells how messages lie in a binary capture. Lengths of four bytes are tried first, since a varint reads four of them as three empty
 * messages and a length.
 * @param head the capture's beginning
 * @param isWhole whether that is all of it
 */
export function probeFraming(head: Uint8Array, isWhole: boolean): LengthPrefix | 'single' {
  if (head.length === 0) return 'varint';
  for (const prefix of ['fixed32-be', 'fixed32-le', 'varint'] as const) {
    const { messages, ends } = chainOf(prefix, head, isWhole);
    if (ends && (messages > 1 || isWhole)) return prefix;
  }
  return isWhole && head.length > 0 && isProtobuf(head, 0, head.length) ? 'single' : 'varint';
}

/** Follows lengths from message to message: how many there are, and whether they lead to the end of what there is. */
function chainOf(prefix: LengthPrefix, head: Uint8Array, isWhole: boolean): { messages: number; ends: boolean } {
  let messages = 0;
  let position = 0;
  const broken = { messages, ends: false };
  while (position < head.length) {
    const { length, next } = readLength(prefix, head, position, head.length);
    if (length === -2 || length > MAX_MESSAGE_BYTES || (length === 0 && prefix !== 'varint')) return broken;
    const end = next + length;
    // What a cut capture ends in says nothing, but for a first message.
    if (length === -1 || end > head.length) return { messages, ends: !isWhole || messages > 1 };
    if (messages < PROBED_MESSAGES && prefix !== 'varint' && !isProtobuf(head, next, end)) return broken;
    messages++;
    position = end;
  }
  return { messages, ends: true };
}

/** Whether bytes can be a protobuf message: fields one after the other, to the end. */
function isProtobuf(bytes: Uint8Array, start: number, end: number): boolean {
  let position = start;
  while (position < end) {
    const tag = readLength('varint', bytes, position, end);
    position = tag.next;
    const wireType = tag.length & 7;
    if (tag.length < 8) return false;
    if (wireType === 0) {
      while ((bytes[position] ?? 0) >= 0x80 && position < end) position++;
      position++;
    } else if (wireType === 1) position += 8;
    else if (wireType === 5) position += 4;
    else if (wireType === 2) {
      const { length, next } = readLength('varint', bytes, position, end);
      if (length < 0) return false;
      position = next + length;
    } else return false;
  }
  return position === end;
}

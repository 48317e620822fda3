import { uint16, uint32 } from './byte-order';

/** The header of a WebSocket frame (RFC 6455, section 5.2). */
export interface FrameHeader {
  /** 0 continues, 1 is text, 2 is binary, 8 closes, 9 and 10 are ping and pong. */
  opcode: number;
  /** RSV1: the message is compressed (RFC 7692). */
  compressed: boolean;
  /** Where the payload starts. */
  start: number;
  /** Bytes of payload. */
  length: number;
  /** The masking key as a big-endian number; 0 where the payload is not masked. */
  mask: number;
}

/** Reads a frame header; MQTT never needs a frame of 2^32 bytes, so that is taken for no frame. */
export function readFrameHeader(bytes: Uint8Array, at: number, end: number): FrameHeader | 'incomplete' | 'invalid' {
  if (at + 2 > end) return 'incomplete';
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  const opcode = first & 15;
  if ((first & 0x30) !== 0 || (opcode > 2 && opcode < 8) || opcode > 10) return 'invalid';
  let start = at + 2;
  let length = second & 0x7f;
  if (length === 126) {
    if (start + 2 > end) return 'incomplete';
    length = uint16(bytes, start);
    start += 2;
  } else if (length === 127) {
    if (start + 8 > end) return 'incomplete';
    if (uint32(bytes, start) !== 0) return 'invalid';
    length = uint32(bytes, start + 4);
    start += 8;
  }
  if (opcode >= 8 && (length > 125 || first < 0x80)) return 'invalid';
  const masked = second >= 0x80;
  if (masked && start + 4 > end) return 'incomplete';
  const mask = masked ? uint32(bytes, start) : 0;
  return { opcode, compressed: (first & 0x40) !== 0, start: masked ? start + 4 : start, length, mask };
}

/**
 * The content of a masked payload.
 * @param phase bytes of the same payload that came before
 */
export function unmask(bytes: Uint8Array, start: number, end: number, mask: number, phase: number): Uint8Array {
  if (mask === 0) return bytes.subarray(start, end);
  const content = new Uint8Array(Math.max(0, end - start));
  for (let index = 0; index < content.length; index++) {
    content[index] = (bytes[start + index] ?? 0) ^ (mask >>> (24 - 8 * ((phase + index) & 3)));
  }
  return content;
}

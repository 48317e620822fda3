import { uint16, uint32 } from './byte-order';
import type { IpPacket } from './ip-packet';

const TCP_HEADER_BYTES = 20;
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

/** A TCP segment: where its parts lie in the bytes it was read from. */
export interface TcpSegment {
  packet: IpPacket;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgement: number;
  flags: number;
  /** The captured payload is `packet.bytes[start, end)`. */
  start: number;
  end: number;
  /** Payload bytes on the wire that were not captured. */
  missing: number;
  /** Byte offset in the file of the packet. */
  offset: number;
  /** UTC microseconds; NaN where the file does not say. */
  timeUs: number;
}

/** Reads a TCP header; null where the capture cut it or its length cannot be. */
export function readTcpSegment(packet: IpPacket, offset: number, timeUs: number): TcpSegment | null {
  const { bytes, payload, end } = packet;
  if (payload + TCP_HEADER_BYTES > end) return null;
  const headerLength = ((bytes[payload + 12] ?? 0) >> 4) * 4;
  if (headerLength < TCP_HEADER_BYTES) return null;
  const dataStart = payload + headerLength;
  const dataEnd = end + packet.missing;
  if (dataStart > dataEnd) return null;
  const start = Math.min(dataStart, end);
  return {
    packet,
    sourcePort: uint16(bytes, payload),
    destinationPort: uint16(bytes, payload + 2),
    sequence: uint32(bytes, payload + 4),
    acknowledgement: uint32(bytes, payload + 8),
    flags: bytes[payload + 13] ?? 0,
    start,
    end,
    missing: dataEnd - Math.max(dataStart, end),
    offset,
    timeUs,
  };
}

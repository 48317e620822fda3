import { uint16, uint32 } from './byte-order';

export const PROTOCOL_TCP = 6;
const IPV6_HEADER_BYTES = 40;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;

/** An IPv4 or IPv6 packet: where its parts lie in the bytes it was read from. */
export interface IpPacket {
  bytes: Uint8Array;
  addressLength: 4 | 16;
  source: number;
  destination: number;
  /** Protocol number of the payload: 6 is TCP. */
  protocol: number;
  payload: number;
  /** End of what was captured of the payload; without the padding of a short Ethernet frame. */
  end: number;
  /** Bytes of the payload on the wire that were not captured. */
  missing: number;
  /** Null where the packet is whole. */
  fragment: { identification: number; offset: number; more: boolean } | null;
}

/**
 * Reads an IP header with its options or extension headers.
 * @param wireEnd where the packet ended on the wire; beyond `end` where the capture cut it
 * @returns null where it is no IP header, or the capture cut it
 */
export function readIpPacket(bytes: Uint8Array, start: number, end: number, wireEnd: number): IpPacket | null {
  const version = (bytes[start] ?? 0) >> 4;
  if (version === 4) return readIpv4(bytes, start, end, wireEnd);
  return version === 6 ? readIpv6(bytes, start, end, wireEnd) : null;
}

function readIpv4(bytes: Uint8Array, start: number, end: number, wireEnd: number): IpPacket | null {
  const headerLength = ((bytes[start] ?? 0) & 0x0f) * 4;
  if (headerLength < 20 || start + headerLength > end) return null;
  // Segmentation offload leaves 0 in captures on the sending machine: the packet then fills the frame.
  const totalLength = uint16(bytes, start + 2);
  const packetEnd = totalLength === 0 ? wireEnd : start + totalLength;
  const payload = start + headerLength;
  if (packetEnd < payload) return null;
  const flags = uint16(bytes, start + 6);
  const offset = (flags & 0x1fff) * 8;
  const more = (flags & 0x2000) !== 0;
  const payloadEnd = Math.min(end, packetEnd);
  return {
    bytes,
    addressLength: 4,
    source: start + 12,
    destination: start + 16,
    protocol: bytes[start + 9] ?? 0,
    payload,
    end: payloadEnd,
    missing: packetEnd - payloadEnd,
    fragment: more || offset > 0 ? { identification: uint16(bytes, start + 4), offset, more } : null,
  };
}

function readIpv6(bytes: Uint8Array, start: number, end: number, wireEnd: number): IpPacket | null {
  if (start + IPV6_HEADER_BYTES > end) return null;
  const payloadLength = uint16(bytes, start + 4);
  const packetEnd = payloadLength === 0 ? wireEnd : start + IPV6_HEADER_BYTES + payloadLength;
  const payloadEnd = Math.min(end, packetEnd);
  let protocol = bytes[start + 6] ?? 0;
  let at = start + IPV6_HEADER_BYTES;
  let fragment: IpPacket['fragment'] = null;
  while (at + 8 <= payloadEnd) {
    const next = bytes[at] ?? 0;
    if (protocol === FRAGMENT) {
      const field = uint16(bytes, at + 2);
      const offset = field & 0xfff8;
      const more = (field & 1) !== 0;
      if (more || offset > 0) fragment = { identification: uint32(bytes, at + 4), offset, more };
      protocol = next;
      at += 8;
      // What follows in a later fragment is payload, whatever it looks like.
      if (offset > 0) break;
      continue;
    }
    if (!isExtension(protocol)) break;
    const length = bytes[at + 1] ?? 0;
    at += protocol === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
    protocol = next;
  }
  if (at > payloadEnd) return null;
  return {
    bytes,
    addressLength: 16,
    source: start + 8,
    destination: start + 24,
    protocol,
    payload: at,
    end: payloadEnd,
    missing: packetEnd - payloadEnd,
    fragment,
  };
}

function isExtension(protocol: number): boolean {
  return (
    protocol === HOP_BY_HOP ||
    protocol === ROUTING ||
    protocol === DESTINATION_OPTIONS ||
    protocol === AUTHENTICATION ||
    protocol === MOBILITY ||
    protocol === HOST_IDENTITY ||
    protocol === SHIM6
  );
}

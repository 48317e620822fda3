/** Control packet types of MQTT 3.1 to 5. */
export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const UNSUBSCRIBE = 10;
export const UNSUBACK = 11;
export const PINGREQ = 12;
export const PINGRESP = 13;
export const DISCONNECT = 14;
export const AUTH = 15;

/** Names of the control packet types, by their number. */
export const PACKET_NAMES = [
  'RESERVED',
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
  'AUTH',
] as const;

/** Not enough bytes to say. */
export const INCOMPLETE = 0;
/** Not MQTT. */
export const INVALID = -1;

/**
 * Reads a fixed header: one byte, then the length of the rest in 7-bit groups.
 * @returns {@link INCOMPLETE}, {@link INVALID}, or a number for {@link bodyOffset} and {@link bodyLength}
 */
export function readFixedHeader(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return INCOMPLETE;
  if ((bytes[at] ?? 0) < 0x10) return INVALID;
  let length = 0;
  for (let index = 1; index <= 4; index++) {
    if (at + index >= end) return INCOMPLETE;
    const byte = bytes[at + index] ?? 0;
    length += (byte & 0x7f) << (7 * (index - 1));
    if (byte < 0x80) return length * 8 + index + 1;
  }
  return INVALID;
}

/** Bytes from the start of a packet to its body. */
export function bodyOffset(fixedHeader: number): number {
  return fixedHeader & 7;
}

/** Bytes of a packet's body. */
export function bodyLength(fixedHeader: number): number {
  return fixedHeader >>> 3;
}

/**
 * Whether the visible part of a PUBLISH can be one: its QoS exists and its topic fits into it.
 * @param end where the bytes end, which may be before the packet does
 */
export function isPublishSound(bytes: Uint8Array, body: number, length: number, flags: number, end: number): boolean {
  const qos = (flags >> 1) & 3;
  if (qos === 3) return false;
  if (body + 2 > end) return length >= 2;
  const topicLength = ((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0);
  return 2 + topicLength + (qos > 0 ? 2 : 0) <= length;
}

/** What a CONNECT says about the connection. */
export interface ConnectHeader {
  /** 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5. */
  version: number;
  /** Whether the client is another broker that passes messages on (the high bit of the version, as Mosquitto sets it). */
  bridge: boolean;
}

/** Reads the start of a CONNECT body; null where it is none. */
export function readConnect(bytes: Uint8Array, body: number, end: number): ConnectHeader | null {
  const nameLength = ((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0);
  const versionAt = body + 2 + nameLength;
  if ((nameLength !== 4 && nameLength !== 6) || versionAt >= end) return null;
  const name = String.fromCharCode(...bytes.subarray(body + 2, versionAt));
  if (name !== 'MQTT' && name !== 'MQIsdp') return null;
  const version = bytes[versionAt] ?? 0;
  return { version: version & 0x7f, bridge: (version & 0x80) !== 0 };
}

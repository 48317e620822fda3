import { uint16 } from './byte-order';
import {
  AUTH,
  bodyLength,
  bodyOffset,
  CONNACK,
  CONNECT,
  DISCONNECT,
  INCOMPLETE,
  INVALID,
  isPublishSound,
  PINGREQ,
  PINGRESP,
  PUBLISH,
  PUBREL,
  readConnect,
  readFixedHeader,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from './mqtt-packet';

/** How surely bytes are MQTT: an acknowledgement counts 1, a whole PUBLISH 3, a CONNECT settles it. */
const SETTLED = 9;
const PUBLISH_WEIGHT = 3;
const LONGEST_BELIEVED_TOPIC = 1024;
const LONGEST_BELIEVED_REASON = 256;
/** Packets followed behind a possible boundary. */
const MOST_PACKETS_FOLLOWED = 12;
const REASON_CODES = new Set([
  0x00, 0x04, 0x10, 0x80, 0x81, 0x82, 0x83, 0x87, 0x8b, 0x8d, 0x8e, 0x90, 0x91, 0x92, 0x93,
]);

/** How much is asked of a position before it is taken for the start of a packet. */
export interface BoundaryTerms {
  /** Whether a TCP segment starts there, as packets mostly do. */
  aligned: boolean;
  /** Whether the connection is known to carry MQTT: by its port or by what it carried before. */
  trusted: boolean;
  /** Whether nothing more will come, so that a packet cut at the end speaks neither for nor against. */
  final: boolean;
}

/**
 * Judges whether a position in a byte stream is the start of an MQTT packet, by following the packets from there.
 * `maybe` means that more bytes are needed.
 */
export function judgeBoundary(
  bytes: Uint8Array,
  start: number,
  end: number,
  terms: BoundaryTerms,
): 'yes' | 'no' | 'maybe' {
  let at = start;
  let weight = 0;
  for (let count = 0; at < end && count < MOST_PACKETS_FOLLOWED; count++) {
    const header = readFixedHeader(bytes, at, end);
    if (header === INCOMPLETE) break;
    const packetWeight = header === INVALID ? 0 : weigh(bytes, at, header, end);
    if (packetWeight === 0) return weight >= 2 * PUBLISH_WEIGHT ? 'yes' : 'no';
    const next = at + bodyOffset(header) + bodyLength(header);
    if (next > end) {
      // A PUBLISH with a whole topic, cut at the end, is as good as one may expect of a segment's start.
      const cut = terms.aligned && terms.trusted && packetWeight >= 2 ? 2 : 0;
      if (weight + cut >= Math.max(2, weightAsked(terms))) return 'yes';
      return terms.final ? 'no' : 'maybe';
    }
    weight += packetWeight;
    if (weight >= SETTLED) return 'yes';
    at = next;
  }
  if (weight === 0) return terms.final ? 'no' : 'maybe';
  const asked = at >= end ? weightAsked(terms) : Math.max(2, weightAsked(terms));
  if (weight >= asked) return 'yes';
  return terms.final ? 'no' : 'maybe';
}

/** The weight that packets must have where they fill the bytes up to their end. */
function weightAsked({ aligned, trusted }: BoundaryTerms): number {
  if (trusted) return aligned ? 1 : PUBLISH_WEIGHT;
  return aligned ? PUBLISH_WEIGHT : PUBLISH_WEIGHT + 2;
}

/** How much a packet speaks for MQTT; 0 where it cannot be one. The packet may reach beyond `end`. */
function weigh(bytes: Uint8Array, at: number, header: number, end: number): number {
  const first = bytes[at] ?? 0;
  const type = first >> 4;
  const flags = first & 0x0f;
  const body = at + bodyOffset(header);
  const length = bodyLength(header);
  const visible = Math.min(end, body + length);
  if (type === PUBLISH) return weighPublish(bytes, body, length, flags, visible);
  const flagsWanted = type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 2 : 0;
  if (flags !== flagsWanted) return 0;
  if (type === CONNECT) return readConnect(bytes, body, visible) === null ? 0 : SETTLED;
  if (type === CONNACK) return weighConnack(bytes, body, length, visible);
  if (type === PINGREQ || type === PINGRESP) return length === 0 ? 1 : 0;
  if (type === DISCONNECT || type === AUTH) {
    if (length === 0) return 1;
    return length <= LONGEST_BELIEVED_REASON && isReason(bytes[body] ?? 0) ? 1 : 0;
  }
  if (length < 2 || (visible >= body + 2 && uint16(bytes, body) === 0)) return 0;
  if (type === SUBSCRIBE || type === UNSUBSCRIBE) return weighFilters(bytes, body, length, type === SUBSCRIBE, visible);
  if (type === SUBACK || type === UNSUBACK) return length <= LONGEST_BELIEVED_REASON ? 1 : 0;
  if (length === 2) return 1;
  return length <= LONGEST_BELIEVED_REASON && isReason(bytes[body + 2] ?? 0) ? 1 : 0;
}

function isReason(code: number): boolean {
  return REASON_CODES.has(code) || (code >= 0x80 && code <= 0xa2);
}

function weighPublish(bytes: Uint8Array, body: number, length: number, flags: number, visible: number): number {
  const qos = (flags >> 1) & 3;
  if (!isPublishSound(bytes, body, length, flags, visible) || (qos === 0 && (flags & 8) !== 0)) return 0;
  if (body + 2 > visible) return 1;
  const topicLength = uint16(bytes, body);
  if (topicLength > LONGEST_BELIEVED_TOPIC) return 0;
  const topicEnd = body + 2 + topicLength;
  if (!isTopic(bytes, body + 2, Math.min(topicEnd, visible))) return 0;
  if (qos > 0 && topicEnd + 2 <= visible && uint16(bytes, topicEnd) === 0) return 0;
  if (topicLength === 0) return length >= 5 ? 1 : 0;
  if (topicEnd > visible) return 1;
  return visible === body + length ? PUBLISH_WEIGHT : 2;
}

/** Whether bytes can be the name of a topic: text without wildcards. */
function isTopic(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    // Neither control characters, nor # and +, nor bytes that UTF-8 never has.
    if (byte < 0x20 || byte === 0x23 || byte === 0x2b || byte === 0x7f || byte > 0xf4) return false;
  }
  return true;
}

function weighConnack(bytes: Uint8Array, body: number, length: number, visible: number): number {
  if (length < 2 || length > 2 * LONGEST_BELIEVED_REASON || (bytes[body] ?? 0) > 1) return 0;
  const code = bytes[body + 1] ?? 0;
  if (body + 2 > visible) return 1;
  return length === 2 ? (code <= 5 ? 2 : 0) : isReason(code) ? 2 : 0;
}

/** Whether a body is a packet identifier and topic filters that fill it exactly. */
function weighFilters(bytes: Uint8Array, body: number, length: number, options: boolean, visible: number): number {
  if (visible < body + length) return 1;
  return fillsWithFilters(bytes, body + 2, visible, options) ||
    fillsWithFilters(bytes, body + 3 + (bytes[body + 2] ?? 0), visible, options)
    ? PUBLISH_WEIGHT
    : 0;
}

function fillsWithFilters(bytes: Uint8Array, start: number, end: number, options: boolean): boolean {
  let at = start;
  while (at + 2 <= end) {
    const length = uint16(bytes, at);
    if (length === 0) return false;
    at += 2 + length + (options ? 1 : 0);
    if (at > end) return false;
    if (options && ((bytes[at - 1] ?? 0) & 3) === 3) return false;
  }
  return at === end && at > start;
}

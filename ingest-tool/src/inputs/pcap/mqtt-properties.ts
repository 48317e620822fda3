import { uint16 } from './byte-order';

/** Lengths of the properties a PUBLISH may have; the negative ones are strings: one, or a pair. */
const PUBLISH_PROPERTIES = new Map([
  [0x01, 1], // payload format indicator
  [0x02, 4], // message expiry interval
  [0x03, -1], // content type
  [0x08, -1], // response topic
  [0x09, -1], // correlation data
  [0x23, 2], // topic alias
  [0x26, -2], // user property
]);
const SUBSCRIPTION_IDENTIFIER = 0x0b;
const TOPIC_ALIAS = 0x23;

/** The property block of an MQTT 5 PUBLISH. */
export interface PublishProperties {
  /** Where the payload starts. */
  end: number;
  /** Bytes of the block without its length. */
  length: number;
  /** 0 where there is none. */
  topicAlias: number;
}

/**
 * Reads the property block of an MQTT 5 PUBLISH (MQTT 5.0, section 3.3.2.3).
 * @param end where the packet ends
 * @returns null where there is no valid block
 */
export function readPublishProperties(bytes: Uint8Array, start: number, end: number): PublishProperties | null {
  let at = afterVariableInteger(bytes, start, end);
  if (at < 0) return null;
  const length = variableInteger(bytes, start);
  const blockEnd = at + length;
  if (blockEnd > end) return null;
  let topicAlias = 0;
  while (at < blockEnd) {
    const identifier = bytes[at++] ?? 0;
    if (identifier === SUBSCRIPTION_IDENTIFIER) {
      at = afterVariableInteger(bytes, at, blockEnd);
      if (at < 0) return null;
      continue;
    }
    const size = PUBLISH_PROPERTIES.get(identifier);
    if (size === undefined) return null;
    if (identifier === TOPIC_ALIAS) topicAlias = uint16(bytes, at);
    if (size > 0) at += size;
    for (let strings = size; strings < 0; strings++) {
      if (at + 2 > blockEnd) return null;
      at += 2 + uint16(bytes, at);
    }
  }
  return at === blockEnd ? { end: blockEnd, length, topicAlias } : null;
}

function variableInteger(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + index] ?? 0;
    value += (byte & 0x7f) << (7 * index);
    if (byte < 0x80) break;
  }
  return value;
}

function afterVariableInteger(bytes: Uint8Array, at: number, end: number): number {
  for (let index = 0; index < 4 && at + index < end; index++) {
    if ((bytes[at + index] ?? 0) < 0x80) return at + index + 1;
  }
  return -1;
}

/**
 * Whether a PUBLISH of an unknown protocol version is one of MQTT 5, whose payload comes after a property block.
 * `maybe` is the honest answer to a payload that starts with a zero byte and is not text.
 * @param start where the payload starts in MQTT 3.1.1, and the property block in MQTT 5
 */
export function looksLikeMqtt5(bytes: Uint8Array, start: number, end: number): 'yes' | 'no' | 'maybe' {
  const properties = readPublishProperties(bytes, start, end);
  if (properties === null) return 'no';
  if (properties.length >= 3) return 'yes';
  return properties.end < end && isText(bytes, properties.end, Math.min(end, properties.end + 64)) ? 'yes' : 'maybe';
}

function isText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)) return false;
  }
  return true;
}

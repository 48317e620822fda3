import { uint16 } from './byte-order';
import { judgeBoundary } from './mqtt-plausibility';
import { CONNECT, readConnect } from './mqtt-packet';
import { readFrameHeader, unmask } from './web-socket-frame';

/** What a stream of bytes turns out to be. */
export type ApplicationProtocol = 'mqtt-start' | 'mqtt-perhaps' | 'http' | 'web-socket' | 'tls';

/** Bytes that suffice to tell the protocols apart. */
export const TELLING_BYTES = 64;
const TLS_LONGEST_RECORD = 18_432;
const HTTP_STARTS = ['GET ', 'HTTP/1.1 '];
const SUBSCRIBE_BYTE = 0x82;

/**
 * Tells from its first bytes what a stream carries.
 * `mqtt-perhaps` is the answer where the bytes are nothing else that is known.
 * @returns null where more bytes are needed
 */
export function tellProtocol(bytes: Uint8Array): ApplicationProtocol | null {
  const first = bytes[0] ?? 0;
  if (first >= 0x14 && first <= 0x17) return tellTls(bytes);
  if (HTTP_STARTS.some((start) => startsWith(bytes, start))) return 'http';
  if (HTTP_STARTS.some((start) => isPrefix(bytes, start))) return null;
  if (first === CONNECT << 4) return tellConnect(bytes);
  if ((first & 0x70) === 0 && [0, 1, 2, 8, 9, 10].includes(first & 15)) return tellWebSocket(bytes);
  return 'mqtt-perhaps';
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && isPrefix(bytes, text);
}

/** Whether the bytes agree with a text as far as they go. */
function isPrefix(bytes: Uint8Array, text: string): boolean {
  const length = Math.min(bytes.length, text.length);
  for (let at = 0; at < length; at++) if (bytes[at] !== text.charCodeAt(at)) return false;
  return true;
}

/** TLS records: change cipher spec, alert, handshake, application data. None of these bytes can start an MQTT packet. */
function tellTls(bytes: Uint8Array): ApplicationProtocol | null {
  if (bytes.length < 5) return null;
  const version = bytes[1] === 3 && (bytes[2] ?? 0) <= 4;
  return version && uint16(bytes, 3) <= TLS_LONGEST_RECORD ? 'tls' : 'mqtt-perhaps';
}

function tellConnect(bytes: Uint8Array): ApplicationProtocol | null {
  for (let index = 1; index <= 4; index++) {
    if (index >= bytes.length) return null;
    if ((bytes[index] ?? 0) >= 0x80) continue;
    const body = index + 1;
    if (bytes.length < body + 9) return null;
    return readConnect(bytes, body, bytes.length) === null ? 'mqtt-perhaps' : 'mqtt-start';
  }
  return 'mqtt-perhaps';
}

/** Whether a stream seen from its middle is a WebSocket: a frame whose content starts with an MQTT packet. */
function tellWebSocket(bytes: Uint8Array): ApplicationProtocol | null {
  const terms = { aligned: true, trusted: true, final: true };
  // 0x82 starts a binary frame and also a SUBSCRIBE.
  if (bytes[0] === SUBSCRIBE_BYTE && judgeBoundary(bytes, 0, bytes.length, terms) === 'yes') return 'mqtt-perhaps';
  const frame = readFrameHeader(bytes, 0, bytes.length);
  if (frame === 'invalid') return 'mqtt-perhaps';
  if (frame === 'incomplete') return bytes.length >= TELLING_BYTES ? 'mqtt-perhaps' : null;
  if (frame.opcode >= 8)
    return frame.length <= 125 && bytes[0] === (0x80 | frame.opcode) ? 'web-socket' : 'mqtt-perhaps';
  const visible = Math.min(bytes.length, frame.start + frame.length);
  const content = unmask(bytes, frame.start, visible, frame.mask, 0);
  if (content.length < Math.min(frame.length, 8)) return bytes.length >= TELLING_BYTES ? 'mqtt-perhaps' : null;
  return judgeBoundary(content, 0, content.length, terms) === 'yes' ? 'web-socket' : 'mqtt-perhaps';
}

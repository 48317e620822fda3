/** Builds MQTT control packets for tests, byte by byte from the standard. */

const encoder = new TextEncoder();

/** Bytes one after the other. */
export function concat(...parts: (Uint8Array | number[])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

function string(text: string): Uint8Array {
  const bytes = utf8(text);
  return concat([bytes.length >> 8, bytes.length & 255], bytes);
}

function variableInteger(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** A control packet of any type. */
export function controlPacket(first: number, body: Uint8Array | number[]): Uint8Array {
  return concat([first], variableInteger(body.length), body);
}

/** CONNECT of a protocol version: 3, 4 or 5. */
export function connect(version = 4, clientId = 'test'): Uint8Array {
  const name = version === 3 ? 'MQIsdp' : 'MQTT';
  return controlPacket(0x10, concat(string(name), [version, 2, 0, 60], version === 5 ? [0] : [], string(clientId)));
}

/** CONNACK that accepts. */
export function connack(version = 4): Uint8Array {
  return controlPacket(0x20, version === 5 ? [0, 0, 0] : [0, 0]);
}

/** SUBSCRIBE to one filter. */
export function subscribe(filter: string, version = 4): Uint8Array {
  return controlPacket(0x82, concat([0, 1], version === 5 ? [0] : [], string(filter), [0]));
}

/** PINGREQ. */
export const PINGREQ_BYTES = new Uint8Array([0xc0, 0]);

/** What a PUBLISH in a test may be. */
export interface PublishParts {
  topic: string;
  payload: string | Uint8Array;
  qos?: 0 | 1 | 2;
  retain?: boolean;
  dup?: boolean;
  packetId?: number;
  version?: number;
  alias?: number;
  /** The property block of MQTT 5 without its length. */
  properties?: number[];
}

/** PUBLISH. */
export function publish({ topic, payload, qos = 0, version = 4, ...more }: PublishParts): Uint8Array {
  const packetId = more.packetId ?? 1;
  const alias = more.alias === undefined ? [] : [0x23, more.alias >> 8, more.alias & 255];
  const properties = [...alias, ...(more.properties ?? [])];
  return controlPacket(
    0x30 | (more.dup === true ? 8 : 0) | (qos << 1) | (more.retain === true ? 1 : 0),
    concat(
      string(topic),
      qos > 0 ? [packetId >> 8, packetId & 255] : [],
      version === 5 ? [...variableInteger(properties.length), ...properties] : [],
      typeof payload === 'string' ? utf8(payload) : payload,
    ),
  );
}

/** A WebSocket frame. */
export function webSocketFrame(
  payload: Uint8Array,
  options: { opcode?: number; last?: boolean; mask?: number } = {},
): Uint8Array {
  const { opcode = 2, last = true, mask } = options;
  const length = payload.length;
  const masked = mask === undefined ? 0 : 0x80;
  const size =
    length < 126
      ? [masked | length]
      : length < 65_536
        ? [masked | 126, length >> 8, length & 255]
        : [masked | 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  const key = mask === undefined ? [] : [mask >>> 24, (mask >> 16) & 255, (mask >> 8) & 255, mask & 255];
  const content = payload.map((byte, index) => byte ^ (key[index & 3] ?? 0));
  return concat([(last ? 0x80 : 0) | opcode, ...size, ...key], content);
}

import { readBareValue } from '../decode/bare-value';
import { readChirpStackUplink } from '../decode/envelope/chirpstack';
import { readChirpStackProtobuf } from '../decode/envelope/chirpstack-protobuf';
import { readLoriotUplink } from '../decode/envelope/loriot';
import { readThingsStackUplink } from '../decode/envelope/things-stack';
import { isObject } from '../decode/json/json-fields';
import { parseJson } from '../decode/json/json-decoder';
import { decodeMeshtastic } from '../decode/meshtastic/meshtastic-packet';
import { parseSparkplugTopic } from '../decode/sparkplug/sparkplug-topic';
import { plainText, sniffProtobuf } from './wire-sniff';

/** What a payload may be: the decoders of payload rules, and what has none. */
export const PAYLOAD_KINDS = [
  'sparkplug-b',
  'chirpstack',
  'things-stack',
  'loriot',
  'meshtastic',
  'json',
  'number',
  'protobuf',
  'text',
  'binary',
  'empty',
] as const;

export type PayloadKind = (typeof PAYLOAD_KINDS)[number];

/** Guesses from a message what it is. @param topic empty where the capture has none */
export function guessPayload(topic: string, payload: Uint8Array): PayloadKind {
  if (parseSparkplugTopic(topic) !== undefined) return 'sparkplug-b';
  if (payload.length === 0) return 'empty';
  const text = plainText(payload);
  if (text !== undefined) return guessText(text, payload);
  if (/^application\/.*\/event\//.test(topic) && succeeds(() => readChirpStackProtobuf(payload))) return 'chirpstack';
  if (succeeds(() => decodeMeshtastic(payload)) && isMeshtastic(topic, payload)) return 'meshtastic';
  return sniffProtobuf(payload) === undefined ? 'binary' : 'protobuf';
}

function guessText(text: string, payload: Uint8Array): PayloadKind {
  if (/^\s*[{[]/.test(text)) {
    try {
      return guessJson(parseJson(payload));
    } catch {
      return 'text';
    }
  }
  if (text.trim() !== '' && succeeds(() => readBareValue(payload))) return 'number';
  // A message of short strings alone looks like text, but for its tags.
  return /[\t\r\n]/.test(text) && sniffProtobuf(payload) !== undefined && text.trim() !== text ? 'protobuf' : 'text';
}

function guessJson(value: unknown): PayloadKind {
  const readers = { chirpstack: readChirpStackUplink, 'things-stack': readThingsStackUplink, loriot: readLoriotUplink };
  for (const [kind, read] of Object.entries(readers)) {
    let isKind: boolean;
    try {
      isKind = read(value) !== undefined;
    } catch {
      // An uplink with something wrong in it is one all the same.
      isKind = true;
    }
    if (isKind) return PAYLOAD_KINDS.find((each) => each === kind) ?? 'json';
  }
  return isObject(value) || (Array.isArray(value) && value.every(isObject)) ? 'json' : 'text';
}

/** Other messages can be read as an envelope by chance; a gateway's ends in its own name, which begins with `!`. */
function isMeshtastic(topic: string, payload: Uint8Array): boolean {
  return /^msh\//.test(topic) || decodeMeshtastic(payload).gateway?.startsWith('!') === true;
}

function succeeds(read: () => unknown): boolean {
  try {
    return read() !== undefined;
  } catch {
    return false;
  }
}

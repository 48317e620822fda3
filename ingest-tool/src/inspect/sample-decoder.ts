import type protobuf from 'protobufjs';
import { addFields } from '../decode/json/json-fields';
import type { FieldValue, Observation, PayloadDecoder } from '../decode/observation';
import { DecodeError } from '../decode/reading';
import { topicPattern } from '../decode/topic-pattern';
import { ruleDecoder } from '../map/rule-decoder';
import type { PayloadKind } from './payload-guess';
import { sniffProtobuf } from './wire-sniff';

/** What a number is called that is a whole message. */
export const NUMBER_FIELD = 'value';

/**
 * Decodes messages of a kind to see what is in them, with the decoders that payload rules have.
 * @param type of protobuf messages, where it is known
 */
export function sampleDecoder(kind: PayloadKind, type: protobuf.Type | undefined): PayloadDecoder {
  const rule = { topic: topicPattern('#'), columns: [] };
  switch (kind) {
    case 'sparkplug-b':
    case 'chirpstack':
    case 'things-stack':
    case 'loriot':
    case 'meshtastic':
    case 'json':
      return ruleDecoder({ decoder: kind, ...rule }, []);
    case 'number':
      return ruleDecoder({ decoder: kind, ...rule, field: NUMBER_FIELD }, []);
    case 'protobuf':
      return plainDecoder((payload) => (type === undefined ? sniffProtobuf(payload) : typedFields(type, payload)));
    default:
      return plainDecoder(() => undefined);
  }
}

function plainDecoder(read: (payload: Uint8Array) => Map<string, FieldValue> | undefined): PayloadDecoder {
  return {
    decode: ({ payload }) => {
      const fields: Observation | undefined = read(payload);
      return { observations: fields === undefined ? [] : [fields], problems: [] };
    },
    notes: () => [],
  };
}

function typedFields(type: protobuf.Type, payload: Uint8Array): Map<string, FieldValue> {
  const fields = new Map<string, FieldValue>();
  try {
    addFields(type.toObject(type.decode(payload), { longs: Number, enums: String, bytes: String }), fields);
  } catch (error) {
    throw new DecodeError(`not a ${type.name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return fields;
}

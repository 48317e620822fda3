import { readChirpStackProtobuf } from '../decode/envelope/chirpstack-protobuf';
import { readChirpStackUplink } from '../decode/envelope/chirpstack';
import { lorawanDecoder, type PayloadLookup } from '../decode/envelope/lorawan-decoder';
import { readLoriotUplink } from '../decode/envelope/loriot';
import { readThingsStackUplink } from '../decode/envelope/things-stack';
import { readUplink } from '../decode/envelope/uplink-reader';
import { jsonDecoder, parseJson } from '../decode/json/json-decoder';
import { meshtasticDecoder } from '../decode/meshtastic/meshtastic-decoder';
import { numberDecoder } from '../decode/number-decoder';
import type { PayloadDecoder } from '../decode/observation';
import { sparkplugDecoder } from '../decode/sparkplug/sparkplug-decoder';
import { namePattern } from '../overlay/name-pattern';
import type { DevicePattern } from './device-pattern';
import type { PayloadRule } from './payload-rule';

/** A rule whose messages are read without a schema. */
export type ObservationRule = Exclude<PayloadRule, { decoder: 'protobuf' | 'ignore' }>;

const OPENING_BRACE = 0x7b;

/** The decoder of a rule's messages. @param devices the registry, for what is inside uplinks */
export function ruleDecoder(rule: ObservationRule, devices: readonly DevicePattern[]): PayloadDecoder {
  switch (rule.decoder) {
    case 'json':
      return jsonDecoder(rule);
    case 'number':
      return numberDecoder(rule.topic, rule.field);
    case 'sparkplug-b':
      return sparkplugDecoder();
    case 'meshtastic':
      return meshtasticDecoder();
    case 'chirpstack':
      return lorawanDecoder(
        (payload) =>
          payload[0] === OPENING_BRACE ? readChirpStackUplink(parseJson(payload)) : readChirpStackProtobuf(payload),
        payloadLookup(rule.payload, devices),
      );
    case 'things-stack':
      return lorawanDecoder(
        (payload) => readThingsStackUplink(parseJson(payload)),
        payloadLookup(rule.payload, devices),
      );
    case 'uplink':
      return lorawanDecoder((payload) => readUplink(parseJson(payload)), payloadLookup(rule.payload, devices));
    case 'loriot':
      return lorawanDecoder((payload) => readLoriotUplink(parseJson(payload)), payloadLookup(rule.payload, devices));
  }
}

function payloadLookup(own: string | undefined, devices: readonly DevicePattern[]): PayloadLookup {
  const known = devices.map(({ match, payload }) => ({ fits: namePattern([match]), payload }));
  return (deviceEui, deviceName) => {
    const named = known.find(
      ({ fits, payload }) =>
        payload !== undefined && (fits(deviceEui) || (deviceName !== undefined && fits(deviceName))),
    );
    return named?.payload ?? own;
  };
}

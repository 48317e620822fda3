import { observationsOf, type PayloadDecoder } from '../observation';
import { decodeMeshtastic } from './meshtastic-packet';

/** Reads what a Meshtastic gateway publishes: telemetry and positions; other packets hold nothing. */
export function meshtasticDecoder(): PayloadDecoder {
  return {
    decode: ({ topic, payload, receiveTime }) => {
      if (/\/(json|map|stat)\//.test(topic)) {
        return { observations: [], problems: [], nothing: 'a copy or report of a Meshtastic gateway' };
      }
      const { readings, gateway, channel } = decodeMeshtastic(payload);
      const observations = observationsOf(readings, receiveTime, () => [
        ['gateway', { value: gateway ?? null }],
        ['channel', { value: channel ?? null }],
      ]);
      return {
        observations,
        problems: [],
        nothing: observations.length === 0 ? 'a Meshtastic packet without telemetry or position' : undefined,
      };
    },
    notes: () => [],
  };
}

import { addFields } from '../json/json-fields';
import { timeValue, type FieldValue, type PayloadDecoder } from '../observation';
import { deviceDecoder } from '../payload/device-decoder';
import { DecodeError } from '../reading';
import type { Uplink } from './uplink';

/** Reads an uplink out of a message; undefined where the message is something else, such as a join. */
type UplinkReader = (payload: Uint8Array) => Uplink | undefined;

/** Says which kind of payload a device sends, by its DevEUI and its name; undefined where nothing does. */
export type PayloadLookup = (deviceEui: string, deviceName: string | undefined) => string | undefined;

/**
 * Reads the uplinks of a LoRaWAN network server. The fields are `device` (DevEUI), `device_name`, `time`, what is known of
 * the radio, and the measurements: by the decoder of the device's payload, else what the server's own codec made of it.
 */
export function lorawanDecoder(readUplink: UplinkReader, payloadOf: PayloadLookup): PayloadDecoder {
  return {
    decode: ({ payload, receiveTime }) => {
      const uplink = readUplink(payload);
      if (uplink === undefined) return { observations: [], problems: [], nothing: 'not an uplink' };
      if (uplink.payload.length === 0 && uplink.decoded === undefined) {
        return { observations: [], problems: [], nothing: 'an uplink without a payload' };
      }
      const fields = envelopeFields(uplink, receiveTime);
      const kind = payloadOf(uplink.deviceEui, uplink.deviceName);
      const decode = kind === undefined ? undefined : deviceDecoder(kind);
      if (decode !== undefined) {
        for (const { metric, value, unit } of decode(uplink.payload)) fields.set(metric, { value, unit });
      } else if (uplink.decoded !== undefined) addFields(uplink.decoded, fields);
      else {
        throw new DecodeError(
          `nothing says what ${uplink.deviceEui} sends: give its payload in the mapping, under devices or in the rule`,
        );
      }
      return { observations: [fields], problems: [] };
    },
    notes: () => [],
  };
}

function envelopeFields(uplink: Uplink, receiveTime: number): Map<string, FieldValue> {
  const { deviceEui, deviceName, time, frameCounter, port, radio } = uplink;
  const known: [string, FieldValue['value'] | undefined, string?][] = [
    ['device', deviceEui],
    ['device_name', deviceName],
    ['frame_counter', frameCounter, '1'],
    ['port', port],
    ['frequency', radio.frequency, 'Hz'],
    ['spreading_factor', radio.spreadingFactor, '1'],
    ['rssi', radio.rssi],
    ['snr', radio.snr],
  ];
  return new Map<string, FieldValue>([
    ['time', timeValue(time, receiveTime)],
    ...known.flatMap(([name, value, unit]) => (value === undefined ? [] : [[name, { value, unit }] as const])),
  ]);
}

import { z } from 'zod';
import { isoMicros } from '../../time/iso-time';
import { strongest, type Uplink } from './uplink';
import { base64Bytes, deviceEuiOf } from './uplink-text';

const reception = z.object({
  rssi: z.number().optional(),
  snr: z.number().optional(),
  loRaSNR: z.number().optional(),
  time: z.string().nullish(),
});

/** The `up` event of ChirpStack 4. */
const version4 = z.object({
  time: z.string().optional(),
  deviceInfo: z.object({ devEui: z.string(), deviceName: z.string().optional() }),
  fCnt: z.number().optional(),
  fPort: z.number().optional(),
  data: z.string().default(''),
  object: z.unknown().optional(),
  rxInfo: z.array(reception).default([]),
  txInfo: z
    .object({
      frequency: z.number().optional(),
      modulation: z.object({ lora: z.object({ spreadingFactor: z.number().optional() }).optional() }).optional(),
    })
    .optional(),
});

/** The `up` event of ChirpStack 3. */
const version3 = z.object({
  devEUI: z.string(),
  applicationID: z.union([z.string(), z.number()]),
  deviceName: z.string().optional(),
  publishedAt: z.string().nullish(),
  fCnt: z.number(),
  fPort: z.number().optional(),
  data: z.string().nullish(),
  object: z.unknown().optional(),
  objectJSON: z.string().optional(),
  rxInfo: z.array(reception).nullish(),
  txInfo: z
    .object({
      frequency: z.number().optional(),
      loRaModulationInfo: z.object({ spreadingFactor: z.number().optional() }).optional(),
      dr: z.number().optional(),
    })
    .optional(),
});

/** Reads the JSON of a ChirpStack uplink event, of version 3 or 4; undefined for other messages. */
export function readChirpStackUplink(message: unknown): Uplink | undefined {
  const four = version4.safeParse(message);
  if (four.success) return fromVersion4(four.data);
  const three = version3.safeParse(message);
  return three.success ? fromVersion3(three.data) : undefined;
}

function fromVersion4({ deviceInfo, rxInfo, txInfo, ...event }: z.infer<typeof version4>): Uplink | undefined {
  // Joins, acknowledgements and status reports have a deviceInfo too, but no frame.
  if (event.fCnt === undefined && event.fPort === undefined && txInfo === undefined) return undefined;
  const best = strongest(rxInfo);
  return {
    deviceEui: deviceEuiOf(deviceInfo.devEui),
    deviceName: deviceInfo.deviceName,
    time: isoMicros(event.time ?? ''),
    // Protobuf's JSON leaves zeros out.
    frameCounter: event.fCnt ?? 0,
    port: event.fPort,
    payload: base64Bytes(event.data),
    decoded: event.object,
    radio: {
      frequency: txInfo?.frequency,
      spreadingFactor: txInfo?.modulation?.lora?.spreadingFactor,
      rssi: best?.rssi,
      snr: best?.snr,
    },
  };
}

function fromVersion3({ rxInfo, txInfo, ...event }: z.infer<typeof version3>): Uplink {
  const best = strongest(rxInfo ?? []);
  return {
    deviceEui: deviceEuiOf(event.devEUI),
    deviceName: event.deviceName,
    // The event has a time of its own only since 3.17; before, the gateways' clocks are all there is.
    time: isoMicros(event.publishedAt ?? best?.time ?? ''),
    frameCounter: event.fCnt,
    port: event.fPort,
    payload: base64Bytes(event.data ?? ''),
    decoded: event.object ?? jsonOf(event.objectJSON),
    radio: {
      frequency: txInfo?.frequency,
      spreadingFactor: txInfo?.loRaModulationInfo?.spreadingFactor,
      rssi: best?.rssi,
      snr: best?.loRaSNR ?? best?.snr,
    },
  };
}

/** What the server's codec made of the payload, from its JSON text; undefined where there is none. */
export function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // What the server's codec wrote is an addition; the payload itself stands.
    return undefined;
  }
}

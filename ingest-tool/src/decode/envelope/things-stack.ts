import { z } from 'zod';
import { isoMicros } from '../../time/iso-time';
import { strongest, type Uplink } from './uplink';
import { base64Bytes, deviceEuiOf } from './uplink-text';

/** The uplink message of The Things Stack 3, as its MQTT server and webhooks send it. */
const uplinkMessage = z.object({
  end_device_ids: z.object({ device_id: z.string(), dev_eui: z.string() }),
  received_at: z.string().optional(),
  uplink_message: z.object({
    f_port: z.number().optional(),
    f_cnt: z.number().default(0),
    frm_payload: z.string().default(''),
    decoded_payload: z.unknown().optional(),
    received_at: z.string().optional(),
    rx_metadata: z.array(z.object({ rssi: z.number().optional(), snr: z.number().optional() })).default([]),
    settings: z
      .object({
        data_rate: z.object({ lora: z.object({ spreading_factor: z.number().optional() }).optional() }).optional(),
        // A 64-bit integer, which protobuf's JSON writes as text.
        frequency: z.coerce.number().optional(),
      })
      .optional(),
  }),
});

/** Reads the JSON of a Things Stack uplink; undefined for other messages. */
export function readThingsStackUplink(message: unknown): Uplink | undefined {
  const parsed = uplinkMessage.safeParse(message);
  if (!parsed.success) return undefined;
  const { end_device_ids: ids, uplink_message: uplink, received_at: receivedAt } = parsed.data;
  const best = strongest(uplink.rx_metadata);
  return {
    deviceEui: deviceEuiOf(ids.dev_eui),
    deviceName: ids.device_id,
    time: isoMicros(receivedAt ?? uplink.received_at ?? ''),
    frameCounter: uplink.f_cnt,
    port: uplink.f_port,
    payload: base64Bytes(uplink.frm_payload),
    decoded: uplink.decoded_payload,
    radio: {
      frequency: uplink.settings?.frequency,
      spreadingFactor: uplink.settings?.data_rate?.lora?.spreading_factor,
      rssi: best?.rssi,
      snr: best?.snr,
    },
  };
}

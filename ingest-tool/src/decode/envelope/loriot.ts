import { z } from 'zod';
import { strongest, type Uplink } from './uplink';
import { deviceEuiOf, hexBytes } from './uplink-text';

/** LORIOT's `rx` message, and `gw`, its extended form that lists the gateways. */
const received = z.object({
  cmd: z.enum(['rx', 'gw']),
  EUI: z.string(),
  /** Milliseconds since 1970. */
  ts: z.number(),
  fcnt: z.number().optional(),
  port: z.number().optional(),
  freq: z.number().optional(),
  /** Such as `SF11 BW125 4/5`. */
  dr: z.string().optional(),
  rssi: z.number().optional(),
  snr: z.number().optional(),
  gws: z.array(z.object({ rssi: z.number().optional(), snr: z.number().optional() })).optional(),
  /** Absent or empty while the payload is still encrypted. */
  data: z.string().nullish(),
});

/** Reads the JSON of a LORIOT uplink; undefined for other messages. */
export function readLoriotUplink(message: unknown): Uplink | undefined {
  const parsed = received.safeParse(message);
  if (!parsed.success) return undefined;
  const { EUI, ts, fcnt, port, freq, dr, data, gws, ...own } = parsed.data;
  const best = gws === undefined ? own : strongest(gws);
  const [, spreadingFactor] = /^SF(\d+)/.exec(dr ?? '') ?? [];
  return {
    deviceEui: deviceEuiOf(EUI),
    time: ts * 1000,
    frameCounter: fcnt,
    port,
    payload: hexBytes(data ?? ''),
    radio: {
      frequency: freq,
      spreadingFactor: spreadingFactor === undefined ? undefined : Number(spreadingFactor),
      rssi: best?.rssi,
      snr: best?.snr,
    },
  };
}

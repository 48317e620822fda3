import { z } from 'zod';
import { DEVICE_PAYLOADS } from '../decode/payload/device-decoder';
import { topicPattern, TopicPatternError } from '../decode/topic-pattern';

/** What a field that is absent from a message means. */
export const whenAbsent = z.union([
  z.literal('null'),
  z.null().transform(() => 'null' as const),
  z.literal('zero'),
  z.strictObject({ zeroWhenPresent: z.string() }),
]);

/** Where a column's values come from and how they are read: what may differ from message to message. */
export const columnSource = {
  /** Dotted path of a field, `topic`, `topic[2]` (counting from 0), a name of the rule's topic, `receive_time`, or `capture.name`. */
  from: z.string().min(1).optional(),
  /** The unit of the number in the message, after `scale` and `offset`; it is converted to `unit`. */
  sourceUnit: z.string().optional(),
  /** The value is `raw × scale + offset`. */
  scale: z.number().optional(),
  offset: z.number().optional(),
  whenAbsent: whenAbsent.optional(),
  /** Values that stand for none, such as -999. */
  missing: z.array(z.union([z.number(), z.string()])).optional(),
  /** Unit of a time; `auto` tells seconds, milli-, micro- and nanoseconds by magnitude. */
  epoch: z.enum(['auto', 's', 'ms', 'us', 'ns']).optional(),
  /** How a time is written that is not ISO 8601, such as `DD/MM/YYYY HH:mm:ss`. */
  timeFormat: z.string().optional(),
  /** The zone of times that name none. */
  timeZone: z.string().optional(),
};

const topic = z
  .string()
  .default('#')
  .transform((text, context) => {
    try {
      return topicPattern(text);
    } catch (error) {
      if (!(error instanceof TopicPatternError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

/** How a kind of captures fills columns otherwise than the mapping's columns say. */
export const ownColumns = z.array(z.strictObject({ name: z.string(), ...columnSource })).default([]);

const common = { topic, columns: ownColumns };

/** The payload inside a LoRaWAN uplink; without it the registry of devices says, or the network server's own codec. */
const devicePayload = z.enum(DEVICE_PAYLOADS).optional();

/** Which messages are read how; the first rule whose topic fits counts. */
export const payloadRule = z.discriminatedUnion('decoder', [
  z.strictObject({
    decoder: z.literal('protobuf'),
    ...common,
    /** A `.proto` or a descriptor set, from the folder of the mapping file. */
    schema: z.string().min(1),
    message: z.string().min(1),
  }),
  z.strictObject({
    decoder: z.literal('json'),
    ...common,
    rows: z.string().min(1).optional(),
    readings: z
      .strictObject({ at: z.string(), name: z.string(), value: z.string(), unit: z.string().optional() })
      .optional(),
  }),
  z.strictObject({ decoder: z.literal('number'), ...common, field: z.string().min(1).optional() }),
  z.strictObject({ decoder: z.literal('sparkplug-b'), ...common }),
  z.strictObject({ decoder: z.literal('chirpstack'), ...common, payload: devicePayload }),
  z.strictObject({ decoder: z.literal('things-stack'), ...common, payload: devicePayload }),
  z.strictObject({ decoder: z.literal('loriot'), ...common, payload: devicePayload }),
  /** Of whichever of the three sent it, told by its fields: for captures without topics. */
  z.strictObject({ decoder: z.literal('uplink'), ...common, payload: devicePayload }),
  z.strictObject({ decoder: z.literal('meshtastic'), ...common }),
  /** Messages that are left out on purpose, and counted. */
  z.strictObject({ decoder: z.literal('ignore'), topic }),
]);

export type PayloadRule = z.infer<typeof payloadRule>;

/** Decoders whose messages say a part of what is known of a device at a time: a number, or what has changed. */
const PARTIAL: ReadonlySet<PayloadRule['decoder']> = new Set(['number', 'sparkplug-b', 'meshtastic']);

/** Whether several messages may be about one observation, each with some of its values. */
export function sendsSingleValues(rules: readonly PayloadRule[]): boolean {
  return rules.some(({ decoder }) => PARTIAL.has(decoder));
}

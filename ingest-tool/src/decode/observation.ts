import type { Reading, ReadingValue } from './reading';

/** A value of a message. */
export interface FieldValue {
  value: ReadingValue;
  /** UDUNITS text, where the message says; {@link EPOCH_MICROS} for a time that is known to the microsecond. */
  unit?: string | undefined;
}

/** The unit of times that a decoder has already made UTC microseconds of. */
export const EPOCH_MICROS = 'us since 1970-01-01';

/** What a message says of one device at one time, by field. */
export type Observation = ReadonlyMap<string, FieldValue>;

/** A message, with what the capture says of it. */
export interface PayloadMessage {
  /** Empty where the capture has no topics. */
  topic: string;
  payload: Uint8Array;
  /** UTC microseconds; NaN where the capture does not say. */
  receiveTime: number;
}

/** What a message holds. */
export interface DecodedMessage {
  observations: Observation[];
  /** What of it could not be read, in words. */
  problems: readonly string[];
  /** Why it holds no observation and is none the worse for it, such as `a command`. */
  nothing?: string | undefined;
}

/** Reads messages of one kind, in the order they were sent. */
export interface PayloadDecoder {
  /** @throws DecodeError where it is not a message of this kind */
  decode(message: PayloadMessage): DecodedMessage;
  /** What was noticed across messages, such as gaps. */
  notes(): string[];
}

/** A time of UTC microseconds as a field; that of receipt where the message has none. */
export function timeValue(micros: number, receiveTime: number): FieldValue {
  const known = Number.isNaN(micros) ? receiveTime : micros;
  return { value: Number.isNaN(known) ? null : known, unit: EPOCH_MICROS };
}

/** Readings as observations: one for each device and time, in the order they come. */
export function observationsOf(
  readings: readonly Reading[],
  receiveTime: number,
  more: (reading: Reading) => Iterable<[string, FieldValue]> = () => [],
): Observation[] {
  const observations = new Map<string, Map<string, FieldValue>>();
  for (const reading of readings) {
    const { device, sensor, metric, time, value, unit } = reading;
    const key = JSON.stringify([device, sensor, time]);
    let fields = observations.get(key);
    if (fields === undefined) {
      fields = new Map<string, FieldValue>([
        ['time', timeValue(time, receiveTime)],
        ['device', { value: device }],
        ...(sensor === undefined ? [] : [['sensor', { value: sensor }] as const]),
        ...more(reading),
      ]);
      observations.set(key, fields);
    }
    fields.set(metric, { value, unit });
  }
  return [...observations.values()];
}

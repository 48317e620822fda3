import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The schema of the samples. */
export const TELEMETRY_PROTO = `${ROOT}samples/rapid-wb2/telemetry.proto`;

/** Fields of an OceanTelemetry message; a field that is left away is absent from its bytes. */
export interface Telemetry {
  deviceId?: string;
  /** Unix time in seconds. */
  timestamp?: number;
  latitude?: number;
  longitude?: number;
  depthMeters?: number;
  waterTempCelsius?: number;
  salinityPsu?: number;
  currentSpeedKnots?: number;
  currentDirectionDeg?: number;
}

const type = protobuf.loadSync(TELEMETRY_PROTO).lookupType('OceanTelemetry');

/** 2024-01-31T23:00:00Z, an hour before a month ends. */
export const EVENING = 1_706_742_000;

/** A valid message: one instrument of a mooring, at a place in the Atlantic. */
export function telemetry(fields: Telemetry = {}): Telemetry {
  return {
    deviceId: 'ctd-1',
    timestamp: EVENING,
    latitude: 26.5,
    longitude: -76.75,
    depthMeters: 50,
    waterTempCelsius: 24.25,
    salinityPsu: 36.5,
    ...fields,
  };
}

/** The bytes of one message. */
export function encodeTelemetry(fields: Telemetry): Uint8Array {
  return type.encode(fields).finish();
}

/** A length-delimited stream of messages. */
export function delimited(messages: readonly Uint8Array[]): Buffer {
  const writer = protobuf.Writer.create();
  for (const message of messages) writer.bytes(message);
  return Buffer.from(writer.finish());
}

/** The messages of a length-delimited stream. */
export function decodeDelimited(bytes: Uint8Array): Telemetry[] {
  const reader = protobuf.Reader.create(bytes);
  const messages: Telemetry[] = [];
  while (reader.pos < reader.len) messages.push(type.toObject(type.decodeDelimited(reader), { longs: Number }));
  return messages;
}

/** One line of `mosquitto_sub -F '%U %q %r %l %t %x'`. */
export function hexLine(topic: string, payload: Uint8Array, receivedSeconds = EVENING + 2): string {
  return `${receivedSeconds}.278654224 1 0 ${payload.length} ${topic} ${Buffer.from(payload).toString('hex')}\n`;
}

/** Messages of several instruments, a minute apart, over midnight: device by device in a fixed order. */
export function sweeps(count: number, devices = 4): Telemetry[] {
  return Array.from({ length: count }, (_, index) => {
    const device = index % devices;
    const sweep = Math.floor(index / devices);
    return telemetry({
      deviceId: `ctd-${device + 1}`,
      timestamp: EVENING + sweep * 60,
      depthMeters: 50 + device * 100,
      waterTempCelsius: 20 - device + (sweep % 10) / 8,
      salinityPsu: 36 - device / 4,
    });
  });
}

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same items in another order. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

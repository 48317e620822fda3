import type protobuf from 'protobufjs';
import { DecodeError, type Measurement, type Reading } from '../reading';
import { readFields, WIRE } from '../wire-fields';
import { MESHTASTIC_VARIANTS, type MeshtasticMetric } from './meshtastic-metrics';

/** One packet of a mesh, as a gateway passed it to MQTT. */
export interface MeshtasticPacket {
  /** The sender, such as `!a1b2c3d4`. */
  node: string;
  /** Unique for the sender for a while: the same packet comes through every gateway that heard it. */
  packetId: number;
  gateway: string | undefined;
  channel: string | undefined;
  /** Empty for packets that carry something else, such as text. */
  readings: Reading[];
}

const TELEMETRY_PORT = 67;
const POSITION_PORT = 3;

interface Packet {
  from: number;
  id: number;
  receivedSeconds: number;
  port: number;
  payload: Uint8Array | undefined;
  isEncrypted: boolean;
}

interface Content {
  seconds: number;
  measurements: Measurement[];
}

/**
 * Decodes the service envelope a Meshtastic gateway publishes: telemetry of the device, weather, air, power and health,
 * and positions. A time the sender did not know is replaced by that of reception.
 * @throws DecodeError where the bytes are no such envelope, or the packet is encrypted
 */
export function decodeMeshtastic(bytes: Uint8Array): MeshtasticPacket {
  let packetBytes: Uint8Array | undefined;
  let channel: string | undefined;
  let gateway: string | undefined;
  readFields(bytes, (field, wire, reader) => {
    if (wire !== WIRE.bytes) return false;
    if (field === 1) packetBytes = reader.bytes();
    else if (field === 2) channel = reader.string();
    else if (field === 3) gateway = reader.string();
    else return false;
    return true;
  });
  if (packetBytes === undefined) throw new DecodeError('the envelope holds no packet');
  const packet = readPacket(packetBytes);
  if (packet.isEncrypted) {
    throw new DecodeError('the packet is encrypted: have the gateway publish decrypted packets (MQTT encryption off)');
  }
  const node = `!${packet.from.toString(16).padStart(8, '0')}`;
  const content = readContent(packet);
  const seconds = content.seconds === 0 ? packet.receivedSeconds : content.seconds;
  const time = seconds === 0 ? NaN : seconds * 1_000_000;
  return {
    node,
    packetId: packet.id,
    gateway,
    channel,
    readings: content.measurements.map((measurement) => ({ device: node, time, ...measurement })),
  };
}

function readPacket(bytes: Uint8Array): Packet {
  const packet: Packet = { from: 0, id: 0, receivedSeconds: 0, port: 0, payload: undefined, isEncrypted: false };
  readFields(bytes, (field, wire, reader) => {
    if (wire === WIRE.fixed32 && field === 1) packet.from = reader.fixed32();
    else if (wire === WIRE.fixed32 && field === 6) packet.id = reader.fixed32();
    else if (wire === WIRE.fixed32 && field === 7) packet.receivedSeconds = reader.fixed32();
    else if (wire === WIRE.bytes && field === 4) readData(reader.bytes(), packet);
    else if (wire === WIRE.bytes && field === 5) packet.isEncrypted = reader.bytes().length > 0;
    else return false;
    return true;
  });
  return packet;
}

function readData(bytes: Uint8Array, packet: Packet): void {
  readFields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WIRE.varint) packet.port = reader.uint32();
    else if (field === 2 && wire === WIRE.bytes) packet.payload = reader.bytes();
    else return false;
    return true;
  });
}

function readContent({ port, payload }: Packet): Content {
  if (payload === undefined) return { seconds: 0, measurements: [] };
  if (port === TELEMETRY_PORT) return readTelemetry(payload);
  return port === POSITION_PORT ? readPosition(payload) : { seconds: 0, measurements: [] };
}

function readTelemetry(bytes: Uint8Array): Content {
  const content: Content = { seconds: 0, measurements: [] };
  readFields(bytes, (field, wire, reader) => {
    const metrics = MESHTASTIC_VARIANTS.get(field);
    if (field === 1 && wire === WIRE.fixed32) content.seconds = reader.fixed32();
    else if (metrics !== undefined && wire === WIRE.bytes) {
      content.measurements.push(...readMetrics(reader.bytes(), metrics));
    } else return false;
    return true;
  });
  return content;
}

function readMetrics(bytes: Uint8Array, metrics: readonly MeshtasticMetric[]): Measurement[] {
  const measurements: Measurement[] = [];
  readFields(bytes, (field, wire, reader) => {
    const known = metrics.find((each) => each.field === field);
    const value = known === undefined ? undefined : readNumber(reader, wire, known);
    if (known === undefined || value === undefined) return false;
    measurements.push({ metric: known.metric, unit: known.unit, value: Number.isFinite(value) ? value : null });
    return true;
  });
  return measurements;
}

/** Undefined where the wire type is not the one the field has. */
function readNumber(reader: protobuf.Reader, wire: number, { scalar }: MeshtasticMetric): number | undefined {
  if (scalar === 'float') return wire === WIRE.fixed32 ? reader.float() : undefined;
  return wire === WIRE.varint ? reader.uint32() : undefined;
}

/** Degrees travel as integers of 10⁻⁷. */
function readPosition(bytes: Uint8Array): Content {
  const content: Content = { seconds: 0, measurements: [] };
  const add = (metric: string, unit: string, value: number): void =>
    void content.measurements.push({ metric, unit, value });
  readFields(bytes, (field, wire, reader) => {
    if (wire === WIRE.fixed32 && field === 1) add('latitude', 'degree_north', reader.sfixed32() / 1e7);
    else if (wire === WIRE.fixed32 && field === 2) add('longitude', 'degree_east', reader.sfixed32() / 1e7);
    else if (wire === WIRE.varint && field === 3) add('altitude', 'm', reader.int32());
    else if (wire === WIRE.fixed32 && field === 4) content.seconds = reader.fixed32();
    else return false;
    return true;
  });
  return content;
}

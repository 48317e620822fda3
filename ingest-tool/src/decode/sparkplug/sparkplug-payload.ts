import type protobuf from 'protobufjs';
import { DecodeError } from '../reading';
import { readFields, readUint64, WIRE } from '../wire-fields';

/** A value as it stands on the wire; its datatype says what it means. */
export type WireValue =
  | { kind: 'integer'; value: number }
  | { kind: 'long'; value: bigint }
  | { kind: 'float' | 'double'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'text'; value: string }
  | { kind: 'template'; metrics: SparkplugMetric[]; isDefinition: boolean }
  | { kind: 'bytes' | 'dataset' };

/** One metric of a payload, before its alias is resolved. */
export interface SparkplugMetric {
  name?: string | undefined;
  alias?: bigint | undefined;
  /** Milliseconds since 1970. */
  timestamp?: bigint | undefined;
  datatype?: number | undefined;
  isHistorical: boolean;
  isTransient: boolean;
  isNull: boolean;
  /** The texts among its properties, such as an engineering unit. */
  properties: Map<string, string>;
  value?: WireValue | undefined;
}

export interface SparkplugPayload {
  /** Milliseconds since 1970. */
  timestamp?: bigint | undefined;
  /** 0–255, one more each message of an edge node. */
  sequence?: bigint | undefined;
  metrics: SparkplugMetric[];
  /** A note on the payload as a whole; `SPBV1.0_COMPRESSED` says that the rest is packed in its body. */
  uuid?: string | undefined;
}

/** Templates may hold templates; no real one is nested this deep. */
const MAX_DEPTH = 16;

/**
 * Reads a Sparkplug B payload by the field numbers of its specification.
 * @throws DecodeError where the bytes are no such message
 */
export function readSparkplugPayload(bytes: Uint8Array): SparkplugPayload {
  const payload: SparkplugPayload = { metrics: [] };
  readFields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WIRE.varint) payload.timestamp = readUint64(reader);
    else if (field === 2 && wire === WIRE.bytes) payload.metrics.push(readMetric(reader.bytes(), 0));
    else if (field === 3 && wire === WIRE.varint) payload.sequence = readUint64(reader);
    else if (field === 4 && wire === WIRE.bytes) payload.uuid = reader.string();
    else return false;
    return true;
  });
  return payload;
}

function readMetric(bytes: Uint8Array, depth: number): SparkplugMetric {
  if (depth > MAX_DEPTH) throw new DecodeError(`templates nested deeper than ${MAX_DEPTH}`);
  const metric: SparkplugMetric = { isHistorical: false, isTransient: false, isNull: false, properties: new Map() };
  readFields(bytes, (field, wire, reader) => {
    if (wire === WIRE.varint) return takeNumber(metric, field, reader);
    const value = readValue(field, wire, reader, depth);
    if (value !== undefined) metric.value = value;
    else if (field === 1 && wire === WIRE.bytes) metric.name = reader.string();
    else if (field === 9 && wire === WIRE.bytes) metric.properties = readProperties(reader.bytes());
    else return false;
    return true;
  });
  return metric;
}

function takeNumber(metric: SparkplugMetric, field: number, reader: protobuf.Reader): boolean {
  if (field === 2) metric.alias = readUint64(reader);
  else if (field === 3) metric.timestamp = readUint64(reader);
  else if (field === 4) metric.datatype = reader.uint32();
  else if (field === 5) metric.isHistorical = reader.bool();
  else if (field === 6) metric.isTransient = reader.bool();
  else if (field === 7) metric.isNull = reader.bool();
  else if (field === 10) metric.value = { kind: 'integer', value: reader.uint32() };
  else if (field === 11) metric.value = { kind: 'long', value: readUint64(reader) };
  else if (field === 14) metric.value = { kind: 'boolean', value: reader.bool() };
  else return false;
  return true;
}

function readValue(field: number, wire: number, reader: protobuf.Reader, depth: number): WireValue | undefined {
  if (field === 12 && wire === WIRE.fixed32) return { kind: 'float', value: reader.float() };
  if (field === 13 && wire === WIRE.fixed64) return { kind: 'double', value: reader.double() };
  if (wire !== WIRE.bytes) return undefined;
  if (field === 15) return { kind: 'text', value: reader.string() };
  if (field === 18) return readTemplate(reader.bytes(), depth);
  if (field !== 16 && field !== 17) return undefined;
  reader.bytes();
  return { kind: field === 16 ? 'bytes' : 'dataset' };
}

function readTemplate(bytes: Uint8Array, depth: number): WireValue {
  const metrics: SparkplugMetric[] = [];
  let isDefinition = false;
  readFields(bytes, (field, wire, reader) => {
    if (field === 2 && wire === WIRE.bytes) metrics.push(readMetric(reader.bytes(), depth + 1));
    else if (field === 5 && wire === WIRE.varint) isDefinition = reader.bool();
    else return false;
    return true;
  });
  return { kind: 'template', metrics, isDefinition };
}

/** Keys and values stand in two lists of the same order. */
function readProperties(bytes: Uint8Array): Map<string, string> {
  const keys: string[] = [];
  const texts: (string | undefined)[] = [];
  readFields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WIRE.bytes) keys.push(reader.string());
    else if (field === 2 && wire === WIRE.bytes) texts.push(readPropertyText(reader.bytes()));
    else return false;
    return true;
  });
  return new Map(keys.flatMap((key, index) => (texts[index] === undefined ? [] : [[key, texts[index]]])));
}

function readPropertyText(bytes: Uint8Array): string | undefined {
  let text: string | undefined;
  readFields(bytes, (field, wire, reader) => {
    if (field !== 8 || wire !== WIRE.bytes) return false;
    text = reader.string();
    return true;
  });
  return text;
}

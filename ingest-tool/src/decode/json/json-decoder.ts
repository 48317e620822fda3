import type { DecodedMessage, FieldValue, Observation, PayloadDecoder, PayloadMessage } from '../observation';
import { DecodeError } from '../reading';
import { addFields, isObject, valueAt } from './json-fields';

/** How observations lie in JSON messages. */
export interface JsonLayout {
  /** Path of a list whose elements are observations; what stands beside the list belongs to each. */
  rows?: string | undefined;
  /** A list of name and value pairs, which become fields of the observation. */
  readings?: { at: string; name: string; value: string; unit?: string | undefined } | undefined;
}

/** Reads JSON messages: objects, or lists of objects. Fields are named by their path, such as `location.latitude`. */
export function jsonDecoder(layout: JsonLayout): PayloadDecoder {
  return { decode: (message) => decodeJson(message, layout), notes: () => [] };
}

/** The JSON value of a message. @throws DecodeError where it is none */
export function parseJson(payload: Uint8Array): unknown {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DecodeError(`not JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function decodeJson({ payload }: PayloadMessage, { rows, readings }: JsonLayout): DecodedMessage {
  const value = parseJson(payload);
  const observations: Observation[] = [];
  for (const message of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (!isObject(message)) throw new DecodeError('neither a JSON object nor a list of objects');
    if (rows === undefined) {
      observations.push(fieldsOf(message, readings));
      continue;
    }
    const list = valueAt(message, rows);
    if (!Array.isArray(list)) throw new DecodeError(`there is no list at ${rows}`);
    const common = fieldsOf(message, undefined, rows);
    for (const element of list as unknown[]) {
      observations.push(new Map([...common, ...fieldsOf(element, readings)]));
    }
  }
  return { observations, problems: [], nothing: observations.length === 0 ? 'an empty list' : undefined };
}

function fieldsOf(message: unknown, readings: JsonLayout['readings'], without?: string): Map<string, FieldValue> {
  const fields = new Map<string, FieldValue>();
  addFields(message, fields);
  if (without !== undefined) {
    for (const path of fields.keys()) if (path.startsWith(`${without}[`)) fields.delete(path);
  }
  if (readings === undefined) return fields;
  const list = valueAt(message, readings.at);
  if (!Array.isArray(list)) throw new DecodeError(`there is no list at ${readings.at}`);
  for (const pair of list as unknown[]) {
    const own = new Map<string, FieldValue>();
    addFields(pair, own);
    const name = own.get(readings.name)?.value;
    const value = own.get(readings.value);
    if (typeof name !== 'string' || value === undefined) {
      throw new DecodeError(`an element of ${readings.at} has no ${readings.name} or no ${readings.value}`);
    }
    const unit = readings.unit === undefined ? undefined : own.get(readings.unit)?.value;
    fields.set(name, { value: value.value, unit: typeof unit === 'string' ? unit : undefined });
  }
  return fields;
}

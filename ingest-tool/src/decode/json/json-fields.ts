import type { FieldValue } from '../observation';

type JsonObject = Record<string, unknown>;

/** A field nested deeper than any real message is an attack, or somebody's document. */
const MAX_DEPTH = 32;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Adds the values inside a JSON value by their paths: `location.latitude`, `readings[0].value`. */
export function addFields(value: unknown, into: Map<string, FieldValue>, path = '', depth = 0): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    value.forEach((element: unknown, index) => addFields(element, into, `${path}[${index}]`, depth + 1));
  } else if (isObject(value)) {
    const prefix = path === '' ? '' : `${path}.`;
    for (const [name, own] of Object.entries(value)) addFields(own, into, prefix + name, depth + 1);
  } else if (path !== '') {
    const isScalar = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
    into.set(path, { value: isScalar ? value : null });
  }
}

/** The value at a path as {@link addFields} writes them; the value itself for the empty path. */
export function valueAt(value: unknown, path: string): unknown {
  let inner = value;
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (index !== undefined) inner = Array.isArray(inner) ? inner[Number(index)] : undefined;
    else inner = isObject(inner) && name !== undefined && Object.hasOwn(inner, name) ? inner[name] : undefined;
  }
  return inner;
}

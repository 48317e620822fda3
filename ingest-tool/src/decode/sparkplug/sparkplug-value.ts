import type { ReadingValue } from '../reading';
import type { WireValue } from './sparkplug-payload';

/** Datatypes of single values, by their number in the specification. Others are arrays, sets, files and templates. */
const SCALAR_TYPES = new Map<number, string>([
  [1, 'Int8'],
  [2, 'Int16'],
  [3, 'Int32'],
  [4, 'Int64'],
  [5, 'UInt8'],
  [6, 'UInt16'],
  [7, 'UInt32'],
  [8, 'UInt64'],
  [9, 'Float'],
  [10, 'Double'],
  [11, 'Boolean'],
  [12, 'String'],
  [13, 'DateTime'],
  [14, 'Text'],
  [15, 'UUID'],
]);

const SIGNED_BITS = new Map([
  ['Int8', 8],
  ['Int16', 16],
  ['Int32', 32],
  ['Int64', 64],
]);

/**
 * The value a metric means. Signed integers travel as unsigned ones, with or without their sign extended; 64-bit ones
 * become bigints where a number cannot hold them. A DateTime is milliseconds since 1970.
 * @param datatype from the metric or from its birth
 * @returns undefined for what is no single value
 */
export function sparkplugValue(wire: WireValue, datatype: number | undefined): ReadingValue | undefined {
  switch (wire.kind) {
    case 'integer':
      return asInteger(BigInt(wire.value), datatype);
    case 'long':
      return asInteger(wire.value, datatype);
    case 'float':
    case 'double':
    case 'boolean':
    case 'text':
      return wire.value;
    default:
      return undefined;
  }
}

function asInteger(bits: bigint, datatype: number | undefined): number | bigint {
  const width = SIGNED_BITS.get(SCALAR_TYPES.get(datatype ?? 0) ?? '');
  const value = width === undefined ? bits : BigInt.asIntN(width, bits);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

import type { DecodedColumn, Scalar } from '../decode/decoded-column';
import { EPOCH_MICROS, type FieldValue } from '../decode/observation';
import type { ReadingValue } from '../decode/reading';
import type { ColumnMapping } from './mapping';
import { timeReader } from './message-time';
import { UnitError, unitConversion, type UnitConversion } from './units';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** What instruments and programs write for a number that is not there. */
const NO_NUMBER = /^(?:|-+|nan|null|none|n\/?a|unknown|unavailable|[+-]?inf(?:inity)?)$/i;

/** A field of messages without a schema, as a column wants it. */
export class ObservationField {
  readonly name: string;
  readonly scalar: Scalar;
  /** Whether its column is one that makes a row worth having. */
  readonly isMeasured: boolean;
  readonly #column: ColumnMapping;
  readonly #time: (value: ReadingValue) => number;
  readonly #missing: ReadonlySet<ReadingValue>;
  readonly #conversions = new Map<string, UnitConversion | undefined>();

  constructor(column: ColumnMapping) {
    this.#column = column;
    this.name = column.name;
    this.scalar = scalarOf(column);
    this.isMeasured = ['variable', 'latitude', 'longitude'].includes(column.role);
    this.#time = timeReader(column);
    this.#missing = new Set(column.missing);
  }

  /** A field that is taken as text. */
  static text(path: string): ObservationField {
    return new ObservationField({ name: path, from: path, role: 'about', type: 'text' });
  }

  /** Whether two columns read the field in the same way. */
  agreesWith(other: ObservationField): boolean {
    const { unit, epoch, timeFormat, timeZone } = this.#column;
    const own = other.#column;
    return (
      this.scalar === other.scalar &&
      unit === own.unit &&
      epoch === own.epoch &&
      timeFormat === own.timeFormat &&
      timeZone === own.timeZone &&
      String(this.#column.missing) === String(own.missing)
    );
  }

  /** Puts a value into a row of a column; returns what is wrong with it, in words. */
  put({ value, unit }: FieldValue, into: DecodedColumn, row: number): string | undefined {
    if (value === null || this.#isMissing(value)) return undefined;
    switch (this.scalar) {
      case 'string':
        into.ids[row] = into.dictionary.internText(String(value));
        break;
      case 'instant': {
        const micros = unit === EPOCH_MICROS && typeof value === 'number' ? value : this.#time(value);
        if (Number.isNaN(micros)) return `is ${quoted(value)}, which is no time by the mapping`;
        into.numbers[row] = micros;
        break;
      }
      case 'int64': {
        const bits = bigintOf(value);
        if (bits === undefined) return `is ${quoted(value)}, which is no whole number of 64 bits`;
        into.words[2 * row] = Number(bits & 0xffffffffn);
        into.words[2 * row + 1] = Number((bits >> 32n) & 0xffffffffn);
        into.numbers[row] = Number(bits);
        break;
      }
      default: {
        const number = numberOf(value);
        if (number === undefined)
          return typeof value === 'string' && NO_NUMBER.test(value.trim())
            ? undefined
            : `is ${quoted(value)}, which is no number`;
        const conversion = unit === undefined ? undefined : this.#conversion(unit);
        into.numbers[row] = conversion === undefined ? number : number * conversion.scale + conversion.offset;
      }
    }
    into.present[row] = 1;
    return undefined;
  }

  #isMissing(value: Exclude<ReadingValue, null>): boolean {
    if (this.#missing.size === 0) return false;
    const number = numberOf(value);
    return this.#missing.has(value) || (number !== undefined && this.#missing.has(number));
  }

  /** From the unit that a message states to that of the column, where the mapping itself does not say how. */
  #conversion(from: string): UnitConversion | undefined {
    const { unit, sourceUnit, scale, offset } = this.#column;
    if (unit === undefined || sourceUnit !== undefined || scale !== undefined || offset !== undefined) return undefined;
    if (!this.#conversions.has(from)) this.#conversions.set(from, conversionOrNone(from, unit));
    return this.#conversions.get(from);
  }
}

function scalarOf({ type, role }: ColumnMapping): Scalar {
  if (role === 'time' || type === 'timestamp') return 'instant';
  if (role === 'device' || type === 'text' || (type === undefined && role === 'about')) return 'string';
  if (type === 'boolean') return 'bool';
  if (type === 'float') return 'float';
  if (type === 'integer') return 'sint32';
  return type === 'bigint' ? 'int64' : 'double';
}

/** Undefined where the two are the same, or one is no unit, or they measure different things: the number is then kept. */
function conversionOrNone(from: string, to: string): UnitConversion | undefined {
  if (from === to) return undefined;
  try {
    return unitConversion(from, to);
  } catch (error) {
    if (error instanceof UnitError) return undefined;
    throw error;
  }
}

function numberOf(value: Exclude<ReadingValue, null>): number | undefined {
  if (typeof value !== 'string') return Number(value);
  const text = value.trim();
  return NUMBER.test(text) ? Number(text) : undefined;
}

function bigintOf(value: Exclude<ReadingValue, null>): bigint | undefined {
  const whole = wholeNumber(value);
  return whole === undefined || BigInt.asIntN(64, whole) !== whole ? undefined : whole;
}

function wholeNumber(value: Exclude<ReadingValue, null>): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  return /^[+-]?\d+$/.test(value.trim()) ? BigInt(value.trim()) : undefined;
}

function quoted(value: ReadingValue): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

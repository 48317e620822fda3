import { DataType, makeBuilder, MapRow, StructRow, Vector, type Data } from 'apache-arrow';
import type { StringDictionary } from '../decode/string-dictionary';

/** A double holds every whole number up to here, and powers of ten with so many zeros. */
const EXACT = 2n ** 53n;
const MOST_EXACT_PLACES = 22;

/**
 * Distinct values of a column whose type the lake format has none for, such as DECIMAL, DATE or a list: they are passed on
 * as they are. Each has the number that the column's dictionary gives to a text that stands for it.
 */
export class ForeignValues {
  readonly type: DataType;
  readonly #lost: string | undefined;
  readonly #values: unknown[] = [];

  /** @param lost the type that the values have in their file, where what is written would be another */
  constructor(type: DataType, lost?: string) {
    this.type = type;
    this.#lost = lost;
  }

  /** The type in words; the same for types that hold the same values. */
  get name(): string {
    const { type } = this;
    if (this.#lost !== undefined) return this.#lost;
    return DataType.isDecimal(type) ? `DECIMAL(${type.precision}, ${type.scale})` : String(type);
  }

  /** The number of a value of the type. */
  intern(value: unknown, dictionary: StringDictionary): number {
    const plain = plainOf(value);
    const id = dictionary.internText(textOf(plain));
    this.#values[id] ??= plain;
    return id;
  }

  /**
   * What a value of a DECIMAL type is as a double, by its number; undefined where the type is another one.
   */
  decimalOf(id: number): number | undefined {
    const { type } = this;
    const limbs = this.#values[id];
    if (!DataType.isDecimal(type) || !(limbs instanceof Uint32Array)) return undefined;
    const unsigned = limbs.reduceRight((sum, limb) => (sum << 32n) | BigInt(limb), 0n);
    const digits = BigInt.asIntN(32 * limbs.length, unsigned);
    // Both are exact, so that the quotient is the nearest there is; of more digits a text is.
    const isExact = digits <= EXACT && digits >= -EXACT && type.scale <= MOST_EXACT_PLACES;
    return isExact ? Number(digits) / 10 ** type.scale : Number(`${digits}e${-type.scale}`);
  }

  /**
   * An Arrow column of values by their numbers; -1 is null.
   * @throws Error where it would come out as another type
   */
  columnOf(name: string, ids: ArrayLike<number | bigint>): Data {
    if (this.#lost !== undefined) {
      throw new Error(
        `the ${this.#lost} values of ${name} cannot be written as they are; store them as text or numbers`,
      );
    }
    const builder = makeBuilder({ type: this.type, nullValues: [null, undefined] });
    for (let row = 0; row < ids.length; row++) builder.append(this.#values[Number(ids[row])] ?? null);
    return builder.finish().flush();
  }
}

/** A value without ties to the table that it comes from. */
function plainOf(value: unknown): unknown {
  if (value instanceof Vector) return Array.from(value, plainOf);
  if (value instanceof MapRow) return new Map(Array.from(value, ([key, own]) => [plainOf(key), plainOf(own)]));
  if (value instanceof StructRow) return new Map(Array.from(value, ([key, own]) => [key, plainOf(own)]));
  // A decimal is an array that shows itself as a number.
  if (value instanceof Uint32Array) return Uint32Array.from(value);
  return ArrayBuffer.isView(value) && 'slice' in value && typeof value.slice === 'function' ? value.slice() : value;
}

/** A text that is another one for another value. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, own: unknown) => {
    if (typeof own === 'bigint') return `${own}n`;
    if (typeof own === 'number' && !Number.isFinite(own)) return String(own);
    if (Object.is(own, -0)) return '-0';
    if (own instanceof Map) return [...own];
    return ArrayBuffer.isView(own) ? Buffer.from(own.buffer, own.byteOffset, own.byteLength).toString('hex') : own;
  });
}

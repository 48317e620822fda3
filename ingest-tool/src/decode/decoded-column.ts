import { BATCH_CAPACITY } from '../inputs/message-batch';
import { StringDictionary } from './string-dictionary';

/** The scalar types of protobuf. */
export type ProtobufScalar =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'enum'
  | 'string'
  | 'bytes';

/** What a column's values are; `instant` is UTC microseconds, of records that state times as such. */
export type Scalar = ProtobufScalar | 'instant';

const WIDE = new Set<Scalar>(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']);
const TEXT = new Set<Scalar>(['string', 'bytes']);

/** One field of a batch of messages. Values of rows where `present` is 0 are left over from earlier batches. */
export class DecodedColumn {
  readonly scalar: Scalar;
  /** Whether absence can be told from zero: `optional` and members of a `oneof`. */
  readonly explicitPresence: boolean;
  /** Names of an enumeration's numbers. */
  readonly enumNames: Readonly<Record<number, string>> | undefined;
  readonly present = new Uint8Array(BATCH_CAPACITY);
  /** Numbers, booleans as 0 and 1. 64-bit integers are rounded here and exact in `words`. Empty for text. */
  readonly numbers: Float64Array;
  /** 64-bit integers as low and high word in turn; empty for other types. */
  readonly words: Uint32Array;
  /** Index into the dictionary; empty but for text. */
  readonly ids: Int32Array;
  readonly dictionary = new StringDictionary();
  /** For each string of the dictionary, whether it is valid UTF-8. */
  readonly validText: boolean[] = [];

  constructor(scalar: Scalar, explicitPresence = false, enumNames?: Readonly<Record<number, string>>) {
    this.scalar = scalar;
    this.explicitPresence = explicitPresence;
    this.enumNames = enumNames;
    this.numbers = new Float64Array(this.isText ? 0 : BATCH_CAPACITY);
    this.words = new Uint32Array(this.isWide ? 2 * BATCH_CAPACITY : 0);
    this.ids = new Int32Array(this.isText ? BATCH_CAPACITY : 0);
  }

  get isText(): boolean {
    return TEXT.has(this.scalar);
  }

  /** Whether values are 64-bit integers. */
  get isWide(): boolean {
    return WIDE.has(this.scalar);
  }

  /** A 64-bit integer, exactly. */
  bigintAt(row: number): bigint {
    const bits = (BigInt(this.words[2 * row + 1] ?? 0) << 32n) | BigInt(this.words[2 * row] ?? 0);
    return this.scalar === 'uint64' || this.scalar === 'fixed64' ? bits : BigInt.asIntN(64, bits);
  }
}

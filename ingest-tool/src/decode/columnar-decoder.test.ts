import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { MessageBatch } from '../inputs/message-batch';
import { ColumnarDecoder } from './columnar-decoder';

const SCHEMA = `
  syntax = "proto3";
  enum Kind { UNKNOWN = 0; CTD = 1; ADCP = 7; }
  message Place { double lat = 1; Deep deep = 2; }
  message Deep { sint64 level = 1; string name = 2; }
  message Everything {
    double a_double = 1; float a_float = 2; int32 an_int32 = 3; uint32 a_uint32 = 4; sint32 a_sint32 = 5;
    fixed32 a_fixed32 = 6; sfixed32 a_sfixed32 = 7; int64 an_int64 = 8; uint64 a_uint64 = 9; sint64 a_sint64 = 10;
    fixed64 a_fixed64 = 11; sfixed64 a_sfixed64 = 12; bool a_bool = 13; string a_string = 14; bytes some_bytes = 15;
    Kind kind = 16; Place place = 17; repeated int32 numbers = 18; map<string, int32> labels = 19; double far = 5000;
    optional int32 maybe = 20; Place ignored = 21; repeated string words = 22;
  }`;

const type = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('Everything');
const NUMBERS = [
  'a_double',
  'a_float',
  'an_int32',
  'a_uint32',
  'a_sint32',
  'a_fixed32',
  'a_sfixed32',
  'kind',
  'far',
  'maybe',
];
const WIDE = ['an_int64', 'a_uint64', 'a_sint64', 'a_fixed64', 'a_sfixed64', 'place.deep.level'];
const PATHS = [...NUMBERS, ...WIDE, 'a_bool', 'a_string', 'some_bytes', 'place.lat', 'place.deep.name'];

function batchOf(messages: readonly Uint8Array[]): MessageBatch {
  const batch = new MessageBatch();
  batch.bytes = new Uint8Array(Buffer.concat(messages));
  let position = 0;
  for (const message of messages) {
    batch.add(position, position + message.length, position, message.length);
    position += message.length;
  }
  return batch;
}

function decode(
  messages: readonly Uint8Array[],
  paths = PATHS,
): { decoder: ColumnarDecoder; rejects: Map<number, string> } {
  const decoder = new ColumnarDecoder(type, paths);
  const rejects = new Map<number, string>();
  decoder.decode(batchOf(messages), (row, detail) => rejects.set(row, detail));
  return { decoder, rejects };
}

const long = (unsigned: boolean) =>
  fc.bigInt(unsigned ? { min: 0n, max: 2n ** 64n - 1n } : { min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const everything = fc.record(
  {
    a_double: fc.double(),
    a_float: fc.float(),
    an_int32: int32,
    a_uint32: uint32,
    a_sint32: int32,
    a_fixed32: uint32,
    a_sfixed32: int32,
    an_int64: long(false),
    a_uint64: long(true),
    a_sint64: long(false),
    a_fixed64: long(true),
    a_sfixed64: long(false),
    a_bool: fc.boolean(),
    a_string: fc.string({ unit: 'grapheme' }),
    some_bytes: fc.uint8Array(),
    kind: fc.constantFrom(0, 1, 7),
    place: fc.record({ lat: fc.double(), deep: fc.record({ level: long(false), name: fc.string() }) }),
    numbers: fc.array(int32),
    labels: fc.dictionary(fc.string(), int32),
    words: fc.array(fc.string()),
    far: fc.double(),
    maybe: int32,
    ignored: fc.record({ lat: fc.double() }),
  },
  { requiredKeys: [] },
);

/** The message as protobufjs takes it: 64-bit integers as text. */
function encodable(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => {
      if (typeof field === 'bigint') return [key, String(field)];
      if (field !== null && typeof field === 'object' && (key === 'place' || key === 'deep'))
        return [key, encodable(field)];
      return [key, field];
    }),
  );
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        inner !== null && typeof inner === 'object'
          ? Object.entries(inner).find(([name]) => name === key)?.[1]
          : undefined,
      value,
    );
}

describe('ColumnarDecoder', () => {
  it('reads what protobufjs encodes, field for field, message for message', () => {
    fc.assert(
      fc.property(fc.array(everything, { minLength: 1, maxLength: 20 }), (values) => {
        const { decoder, rejects } = decode(values.map((value) => type.encode(encodable(value)).finish()));
        expect([...rejects]).toEqual([]);
        expect(decoder.unknownFields()).toEqual({});
        values.forEach((value, row) => {
          for (const path of PATHS) {
            const column = decoder.columns.get(path);
            const expected = valueAt(value, path);
            if (column === undefined) throw new Error(path);
            if (column.present[row] !== 1) {
              // A field without presence is left out of the bytes where it has its default.
              const left: unknown[] = column.explicitPresence ? [undefined] : [undefined, 0, 0n, false, ''];
              expect(left.includes(expected) || (expected instanceof Uint8Array && expected.length === 0), path).toBe(
                true,
              );
            } else if (column.isText) {
              const bytes = Buffer.from(column.dictionary.bytesOf(column.ids[row] ?? 0));
              expect(bytes.equals(expected instanceof Uint8Array ? expected : Buffer.from(String(expected)))).toBe(
                true,
              );
            } else if (column.isWide) {
              expect(column.bigintAt(row), path).toBe(expected);
              expect(column.numbers[row], path).toBe(Number(expected));
            } else {
              expect(
                Object.is(column.numbers[row], typeof expected === 'boolean' ? Number(expected) : expected),
                path,
              ).toBe(true);
            }
          }
        });
      }),
    );
  });

  it('never fails on random bytes: each message is decoded or rejected', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 30 }), (messages) => {
        expect(() => decode(messages)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('rejects every cut of a message that protobufjs rejects, too', () => {
    const whole = type.encode({ a_double: 1.5, a_string: 'abc', place: { lat: 3 }, an_int32: -1, far: 2 }).finish();
    const cuts = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length));
    const { rejects } = decode(cuts);
    const rejectedByOracle = cuts.flatMap((cut, index) => {
      try {
        type.decode(cut);
        return [];
      } catch {
        return [index];
      }
    });
    expect([...rejects.keys()]).toEqual(rejectedByOracle);
  });

  it('counts unknown fields by number, those of nested messages by path, and steps over all wire types', () => {
    const unknown = Buffer.from([
      0xa0, 0x06, 0x01, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xa2, 0x06, 0x01, 0x00, 0xa5, 0x06, 1, 2, 3, 4,
    ]);
    const group = Buffer.from([0xab, 0x06, 0x08, 0x01, 0xac, 0x06]);
    const nested = Buffer.from([0x8a, 0x01, 0x02, 0x58, 0x01]);
    const known = type.encode({ an_int32: 5 }).finish();
    const { decoder, rejects } = decode([Buffer.concat([unknown, group, nested, known])]);
    expect([...rejects]).toEqual([]);
    expect(decoder.unknownFields()).toEqual({ '100': 4, '101': 1, 'place.11': 1 });
    expect(decoder.columns.get('an_int32')?.numbers[0]).toBe(5);
  });

  it('says what is wrong with a message that is not of the schema', () => {
    const cases: [bytes: number[], detail: RegExp][] = [
      [[0x08, 0x01], /a_double has wire type 0/],
      [[0x18, ...new Array<number>(10).fill(0xff), 0x01], /more than 64 bits/],
      [[0x72, 0x02, 0xc3, 0x28], /a_string is not valid UTF-8/],
      [[0x72, 0x05, 0x61], /a_string is longer than the message/],
      [[0x00, 0x01], /field number/],
      [[0x0e], /wire type 6/],
      [[0x8a, 0x01, 0x09, 0x09], /place is longer/],
      [[0xab, 0x06, 0x08, 0x01], /group 101 does not end/],
      [[0x0d, 0, 0, 0, 0], /a_double has wire type 5/],
    ];
    const { rejects } = decode(cases.map(([bytes]) => Uint8Array.from(bytes)));
    cases.forEach(([bytes, detail], row) => expect(rejects.get(row), bytes.join()).toMatch(detail));
  });

  it('lets the last of several occurrences win, and merges split nested messages', () => {
    const first = type.encode({ an_int32: 1, place: { lat: 1 } }).finish();
    const second = type.encode({ an_int32: 2, place: { deep: { name: 'x' } } }).finish();
    const { decoder } = decode([Buffer.concat([first, second])]);
    expect(decoder.columns.get('an_int32')?.numbers[0]).toBe(2);
    expect(decoder.columns.get('place.lat')?.numbers[0]).toBe(1);
    expect(decoder.columns.get('place.deep.name')?.dictionary.textOf(0)).toBe('x');
  });

  it('takes a repeated number packed or not', () => {
    const unpacked = Buffer.from([0x90, 0x01, 0x05, 0x90, 0x01, 0x06]);
    const packed = Buffer.from([0x92, 0x01, 0x02, 0x05, 0x06]);
    expect(decode([unpacked, packed]).rejects.size).toBe(0);
  });
});

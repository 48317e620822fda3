import {
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  vectorFromArray,
  Utf8,
  Dictionary,
  Float64,
  Int32,
  Table,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { joinIpcStreams, joinKey, readIpcSchema } from './ipc';

const stream = (values: number[], labels: string[]) =>
  tableToIPC(
    new Table({ v: vectorFromArray(values, new Float64()), label: vectorFromArray(labels, new Utf8()) }),
    'stream',
  );

describe('joinIpcStreams', () => {
  it('makes one stream of many, batches in order and one end', () => {
    const parts = [stream([1, 2], ['a', 'b']), stream([], []), stream([3], ['c'])];
    const joined = joinIpcStreams(parts);
    const table = tableFromIPC(joined);
    expect([...(table.getChild('v') ?? [])]).toEqual([1, 2, 3]);
    expect([...(table.getChild('label') ?? [])]).toEqual(['a', 'b', 'c']);
    expect([...joined.slice(-8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
  });

  it('puts the end marker where a stream lacks it', () => {
    const whole = stream([1], ['a']);
    const joined = joinIpcStreams([whole.slice(0, -8), whole]);
    expect(tableFromIPC(joined).numRows).toBe(2);
    expect([...joined.slice(-8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
  });

  it('refuses what is no stream', () => {
    expect(() => joinIpcStreams([Uint8Array.of(1, 2, 3)])).toThrow(RangeError);
    expect(() => joinIpcStreams([new Uint8Array(64)])).toThrow(RangeError);
  });
});

describe('joinKey', () => {
  it('tells names, types and order apart, and keeps dictionaries alone', () => {
    const key = (bytes: Uint8Array) => joinKey(readIpcSchema(bytes));
    expect(key(stream([1], ['a']))).toBe(key(stream([2, 3], ['b', 'c'])));
    expect(key(tableToIPC(tableFromArrays({ v: Int32Array.of(1) }), 'stream'))).not.toBe(
      key(tableToIPC(tableFromArrays({ v: Float64Array.of(1) }), 'stream')),
    );
    const dictionary = vectorFromArray(['a', 'b'], new Dictionary(new Utf8(), new Int32()));
    expect(key(tableToIPC(new Table({ d: dictionary }), 'stream'))).toBeUndefined();
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ResultColumn } from '../../workers/protocol';
import { rowOrder } from './row-order';

const never = new AbortController().signal;
const pause = () => Promise.resolve();

it('sorts stably, NULL last either way, NaN above all numbers', async () => {
  const column: ResultColumn = {
    name: 'x',
    sqlType: 'DOUBLE',
    kind: 'number',
    values: Float64Array.from([2, NaN, 0, 2, -Infinity, 7]),
    valid: Uint8Array.from([1, 1, 0, 1, 1, 1]),
  };
  expect(await rowOrder(column, 'ascending', never, pause)).toEqual(Uint32Array.from([4, 0, 3, 5, 1, 2]));
  expect(await rowOrder(column, 'descending', never, pause)).toEqual(Uint32Array.from([1, 5, 0, 3, 4, 2]));
});

it('agrees with a plain sort, for many rows and for texts and whole numbers beyond doubles', async () => {
  const many = Float64Array.from({ length: 50_000 }, (_, row) => (row * 7919) % 1013);
  const order = await rowOrder(
    { name: 'x', sqlType: 'INTEGER', kind: 'number', values: many },
    'ascending',
    never,
    pause,
  );
  const plain = Array.from(many.keys()).sort((a, b) => (many[a] ?? 0) - (many[b] ?? 0) || a - b);
  expect(Array.from(order ?? [])).toEqual(plain);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), async (list) => {
      const values = BigInt64Array.from(list);
      const sorted = await rowOrder(
        { name: 'x', sqlType: 'BIGINT', kind: 'bigint', values },
        'ascending',
        never,
        pause,
      );
      expect(Array.from(sorted ?? [], (row) => values[row])).toEqual(Array.from(values.slice().sort()));
    }),
    { numRuns: 30 },
  );
  const texts: ResultColumn = { name: 'x', sqlType: 'VARCHAR', kind: 'text', values: ['b', '', 'ä', 'B'] };
  expect(Array.from((await rowOrder(texts, 'ascending', never, pause)) ?? [])).toEqual([1, 3, 0, 2]);
});

it('stops when it is told to', async () => {
  const column: ResultColumn = { name: 'x', sqlType: 'DOUBLE', kind: 'number', values: new Float64Array(10) };
  expect(await rowOrder(column, 'ascending', AbortSignal.abort(), pause)).toBeUndefined();
});

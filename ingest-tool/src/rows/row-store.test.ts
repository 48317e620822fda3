import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allocateValues, type RowColumn } from './column-values';
import { RowStore } from './row-store';

const folder = mkdtempSync(join(tmpdir(), 'tidelake-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const columns: RowColumn[] = [
  { name: 'number', type: 'double', role: 'variable', dictionary: undefined },
  { name: 'id', type: 'bigint', role: 'variable', dictionary: undefined },
  { name: 'sign', type: 'double', role: 'variable', dictionary: undefined },
];

const PARTITIONS = 7;
const ROWS = 300_000;

/** The same in all rows of most partitions: null, 0 or -0; in partition 4 the one and the other zero. */
function signOf(row: number): number {
  const partition = row % (PARTITIONS - 1);
  if (partition === 4) return row % 4 === 0 ? 0 : -0;
  return [NaN, 0, -0][partition % 3] ?? NaN;
}

function filled(budgetBytes: number, path: string): RowStore {
  const store = new RowStore(columns, path, budgetBytes);
  for (let row = 0; row < ROWS; row += 1000) {
    store.reserve(1000, PARTITIONS);
    for (let own = row; own < row + 1000; own++) {
      const at = store.count++;
      const [number, id, sign] = store.values;
      if (number !== undefined) number[at] = own;
      if (id instanceof BigInt64Array) id[at] = BigInt(own) << 32n;
      if (sign !== undefined) sign[at] = signOf(own);
      // The last partition turns up late, after rows have gone to the disk.
      store.partitions[at] = own < 250_000 ? own % (PARTITIONS - 1) : PARTITIONS - 1;
    }
  }
  return store;
}

function numbersOf(store: RowStore, partition: number): { numbers: number[]; ids: bigint[]; signs: number[] } {
  const count = store.countOf(partition, PARTITIONS);
  const values = columns.map(({ type }) => allocateValues(type, count));
  store.read(partition, PARTITIONS, values);
  const [numbers, ids, signs] = values;
  return {
    numbers: [...(numbers ?? [])].map(Number),
    ids: ids instanceof BigInt64Array ? [...ids] : [],
    signs: [...(signs ?? [])].map(Number),
  };
}

describe('RowStore', () => {
  it('gives back each partition in the order its rows came in, from memory and from the disk', () => {
    // More than any machine has.
    const roomy = filled(2 ** 50, folder);
    const tight = filled(1, folder);
    expect(roomy.spills).toBe(0);
    expect(tight.spills).toBeGreaterThan(2);
    expect(readdirSync(folder)).toHaveLength(tight.spills);
    let total = 0;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { numbers, ids, signs } = numbersOf(tight, partition);
      expect({ numbers, ids, signs }).toEqual(numbersOf(roomy, partition));
      expect(signs).toEqual(numbers.map(signOf));
      expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
      expect(ids.every((id, index) => id === BigInt(numbers[index] ?? 0) << 32n)).toBe(true);
      total += numbers.length;
    }
    expect(total).toBe(ROWS);
    tight.close();
  });

  it('puts the rest on the disk when the last row is in, and gives its memory back', () => {
    const inMemory = filled(64 << 20, folder);
    const settled = filled(16 << 20, mkdtempSync(join(folder, 'settled-')));
    settled.settle(PARTITIONS);
    expect(settled.spills).toBeGreaterThan(0);
    expect(settled.values.every(({ buffer }) => buffer.byteLength === 0)).toBe(true);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      expect(numbersOf(settled, partition)).toEqual(numbersOf(inMemory, partition));
    }
    settled.close();
  });
});

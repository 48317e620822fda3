import { describe, expect, it } from 'vitest';
import { createSparseBlob } from './sparse-blob';

const parts = [
  { start: 2, bytes: Uint8Array.of(1, 2, 3) },
  { start: 7, bytes: Uint8Array.of(4, 5) },
];

async function read(from: number, to: number): Promise<number[]> {
  return [...new Uint8Array(await createSparseBlob(parts, 10).slice(from, to).arrayBuffer())];
}

describe('a file of which only parts are here', () => {
  it('gives what lies within a part', async () => {
    expect(await read(2, 5)).toEqual([1, 2, 3]);
    expect(await read(8, 9)).toEqual([5]);
  });

  it('gives zeros between parts that a reader takes in one go', async () => {
    expect(await read(3, 9)).toEqual([2, 3, 0, 0, 4, 5]);
  });

  it.each([
    [0, 3],
    [5, 7],
    [8, 10],
    [4, 4],
  ])('gives nothing of %i to %i, whose ends are not here', async (from, to) => {
    expect(await read(from, to)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { sectionGrid } from './section-grid';

const near = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toFixed(6)));

describe('a section’s grid', () => {
  it('is linear in depth between two readings, and nothing beyond them', () => {
    const depths = [0, 20, 40, 60, 80, 100];
    const cells = { times: depths.map(() => 0), depths, values: depths.map((depth) => depth / 10) };
    const grid = sectionGrid(cells, 1, 10);
    expect([grid.top, grid.bottom]).toEqual([0, 100]);
    expect(near(grid.values)).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]);
  });

  it('leaves layers out that are thicker than a fifth of the depth, but shows the readings', () => {
    const grid = sectionGrid({ times: [0, 0, 0], depths: [0, 20, 100], values: [1, 3, 9] }, 1, 10);
    expect(near(grid.values)).toEqual([1.5, 2.5, 3, NaN, NaN, NaN, NaN, NaN, NaN, 9]);
  });

  it('joins columns in time across usual steps, and not across gaps', () => {
    const times = [0, 0, 2, 2, 4, 4, 12, 12];
    const cells = { times, depths: times.map((_, index) => (index % 2) * 10), values: times };
    const grid = sectionGrid(cells, 13, 2);
    const row = near(grid.values.subarray(0, 13));
    expect(row.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(row.slice(5)).toEqual([NaN, NaN, NaN, NaN, NaN, NaN, NaN, 12]);
  });

  it('is empty where all readings are at one depth', () => {
    expect([...sectionGrid({ times: [0, 1], depths: [5, 5], values: [1, 2] }, 2, 1).values]).toEqual([NaN, NaN]);
  });
});

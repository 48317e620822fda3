import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summarizeColumns } from './column-summary';
import type { LakeSchema } from './lake-schema';
import type { FileFacts } from './manifest-files';

const schema: LakeSchema = {
  columns: [
    { name: 'time', duckdbType: 'TIMESTAMP' },
    { name: 'temperature', duckdbType: 'FLOAT' },
    { name: 'note', duckdbType: 'VARCHAR' },
    { name: 'year', duckdbType: 'BIGINT' },
  ],
  partitionKeys: [{ name: 'year', type: 'integer' }],
  timeColumn: 'time',
  exact: true,
};

/** What a manifest says of a file with these temperatures, null for none, whose rows are a second apart. */
function factsOf(values: readonly (number | null)[], startMs: number): FileFacts {
  const known = values.filter((value) => value !== null);
  const at = (ms: number) => ({ type: 'timestamp', value: ms * 1000 }) as const;
  const number = (value: number) => ({ type: 'number', value }) as const;
  return {
    rows: values.length,
    boundsOf: (name) =>
      name === 'time' ? { min: at(startMs), max: at(startMs + 1000 * (values.length - 1)) } : undefined,
    column: (name) =>
      name === 'temperature'
        ? {
            ...{ canBeNan: true, nulls: values.length - known.length },
            ...(known.length > 0 && { min: number(Math.min(...known)), max: number(Math.max(...known)) }),
          }
        : undefined,
  };
}

const RUNS = Number(process.env['SUMMARY_RUNS'] ?? 60);

it('bounds every bin of the true histogram, and counts what is there and what is missing', () => {
  const files = fc.array(fc.array(fc.option(fc.integer({ min: -40, max: 40 })), { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(files, (rows) => {
      const [summary, ...others] = summarizeColumns(
        rows.map((values, index) => factsOf(values, index * 60_000)),
        schema,
      );
      const values = rows.flat().filter((value) => value !== null);
      expect(others).toEqual([]);
      expect(summary).toMatchObject({ name: 'temperature', rows: rows.flat().length, unknown: 0 });
      expect(summary?.missing).toBe(rows.flat().length - values.length);
      if (values.length === 0) {
        expect(summary).toMatchObject({ min: null, max: null, span: null, histogram: null });
        return;
      }
      expect(summary).toMatchObject({ min: Math.min(...values), max: Math.max(...values) });
      const histogram = summary?.histogram;
      if (!histogram) throw new Error('no histogram of a column with values');
      const { low, high, least, likely, most } = histogram;
      const bins = most.length;
      const truth = most.map(
        (_, bin) =>
          values.filter(
            (value) => high === low || Math.min(bins - 1, Math.floor((value - low) / ((high - low) / bins))) === bin,
          ).length,
      );
      for (const [bin, count] of truth.entries()) {
        expect(least[bin]).toBeLessThanOrEqual(count);
        expect(most[bin]).toBeGreaterThanOrEqual(count);
      }
      expect(likely.reduce((sum, count) => sum + count, 0)).toBeCloseTo(values.length, 6);
    }),
    { numRuns: RUNS },
  );
});

it('says of how many rows it knows nothing, and nothing of columns without statistics', () => {
  const silent: FileFacts = { rows: 7, boundsOf: () => undefined, column: () => undefined };
  expect(summarizeColumns([silent], schema)).toEqual([]);
  expect(summarizeColumns([silent, factsOf([1, null], 0)], schema)).toMatchObject([
    { rows: 2, missing: 1, unknown: 7, span: { from: 0, until: 1000 } },
  ]);
});

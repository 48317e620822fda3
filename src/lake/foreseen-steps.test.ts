import { formatPartition, type PartitionKey } from '@tidelake/lake-format';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walkKeys } from '../../test/support/listed-keys';
import { foreseenSteps } from './foreseen-steps';
import type { LakeSchema } from './lake-schema';
import { startWalk, type ListStep } from './partition-walk';
import { and, ANYTHING, or, type Comparison, type Predicate } from './predicate';

const KEYS: PartitionKey[] = [
  { name: 'station', type: 'text' },
  { name: 'year', type: 'integer', width: 4 },
  { name: 'month', type: 'integer', width: 2 },
  { name: 'day', type: 'integer', width: 2 },
];
const foreign: LakeSchema = {
  columns: [{ name: 'time', duckdbType: 'TIMESTAMP' }],
  partitionKeys: KEYS,
  timeColumn: 'time',
  exact: false,
};

function compare(column: string, comparison: Comparison, value: string | number): Predicate {
  const literal = typeof value === 'number' ? ({ type: 'number', value } as const) : ({ type: 'text', value } as const);
  return { kind: 'compare', column, comparison, literal };
}

function since(comparison: '>=' | '<', day: number): Predicate {
  const value = Date.UTC(2024, 0, 1 + day) * 1000;
  return { kind: 'compare', column: 'time', comparison, literal: { type: 'timestamp', value } };
}

/** Two files a day of 2024, of two stations. */
const keys = ['a', 'b'].flatMap((station) =>
  Array.from({ length: 366 }, (_, day) => {
    const [year = '', month = '', date = ''] = new Date(Date.UTC(2024, 0, 1 + day))
      .toISOString()
      .slice(0, 10)
      .split('-');
    const values = { station, year, month, day: date };
    const folder = Object.entries(values).map(([key, value]) => formatPartition({ key, value }));
    return [0, 1].map((file) => `${folder.join('/')}/${file}.parquet`);
  }).flat(),
);

const textOf = (step: ListStep) => JSON.stringify([step.prefix, step.delimiter, step.startAfter, step.stopAt]);

describe('steps that are foreseen of a foreign lake', () => {
  it('are all that follow, for a day that its folders name', () => {
    const where = and(
      ...[compare('station', '=', 'a'), compare('year', '=', 2024), compare('month', '=', 3), compare('day', '=', 7)],
    );
    const { steps } = startWalk(foreign, where);
    const foreseen = foreseenSteps(foreign, where);
    expect(walkKeys(keys, startWalk(foreign, where)).requests).toEqual([...steps, ...foreseen]);
    expect(foreseen.map(({ prefix }) => prefix)).toEqual([
      'station=a/year=2024/',
      'station=a/year=2024/month=03/',
      'station=a/year=2024/month=03/day=07/',
    ]);
  });

  it('are none where nothing can be guessed, where a guess would be long, and where names are certain', () => {
    expect(foreseenSteps(foreign, ANYTHING)).toEqual([]);
    expect(foreseenSteps(foreign, compare('month', '=', 3))).toEqual([]);
    const day = and(compare('station', '=', 'a'), since('>=', 60), since('<', 61));
    const many = or(...Array.from({ length: 20 }, (_, index) => compare('station', '=', `s${index}`)));
    expect(foreseenSteps(foreign, and(many, since('>=', 60), since('<', 61)))).toEqual([]);
    expect(foreseenSteps({ ...foreign, exact: true }, day)).toEqual([]);
    expect(foreseenSteps(foreign, day, { uniformFolders: true })).toEqual([]);
  });

  it('are taken later on by the walk, whatever the time and the stations', () => {
    const question = fc.record({
      stations: fc.subarray(['a', 'b'], { minLength: 1 }),
      from: fc.nat(300),
      days: fc.integer({ min: 1, max: 60 }),
    });
    let foreseenInAll = 0;
    fc.assert(
      fc.property(question, ({ stations, from, days }) => {
        const [station = ''] = stations;
        const which = stations.length === 1 ? compare('station', '=', station) : ANYTHING;
        const where = and(which, since('>=', from), since('<', from + days));
        const asked = walkKeys(keys, startWalk(foreign, where)).requests.map(textOf);
        const foreseen = foreseenSteps(foreign, where);
        expect(asked).toEqual(expect.arrayContaining(foreseen.map(textOf)));
        expect(new Set(foreseen.map(textOf)).size).toBe(foreseen.length);
        foreseenInAll += foreseen.length;
      }),
      { numRuns: 200 },
    );
    expect(foreseenInAll).toBeGreaterThan(100);
  });
});

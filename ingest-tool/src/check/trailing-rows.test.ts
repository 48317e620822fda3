import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import type { RowColumn } from '../rows/column-values';
import { checkedRows, type CheckedRows } from './checked-rows';
import { PartitionChecks } from './partition-checks';
import { qcConfig } from './qc-config';

const DAY_MICROS = 86_400_000_000;

const dictionary = new StringDictionary();
const COLUMNS: RowColumn[] = [
  { name: 'time', type: 'timestamp', role: 'time', dictionary: undefined },
  { name: 'device_id', type: 'text', role: 'device', dictionary },
  { name: 't', type: 'double', role: 'variable', dictionary: undefined },
];

/** Each check looks back in another way: a point, a number of points, a time. */
const CHECKS = [
  { spike: { suspect: 1, fail: 3 } },
  { flatLine: { suspect: 1200, fail: 3600, tolerance: 0.5, interval: 600 } },
  { attenuatedSignal: { suspect: 2, fail: 1, statistic: 'range', period: 7200, minObservations: 3 } },
];

/** Rows of a day, minutes apart, of two devices whose rows stand among each other. */
function dayOf(day: number, points: readonly [minutes: number, value: number][], checks: PartitionChecks): CheckedRows {
  let time = day * DAY_MICROS;
  const times = points.map(([minutes]) => (time += minutes * 6e7));
  const values = [
    Float64Array.from(times),
    Int32Array.from(points, (_, row) => dictionary.internText(row % 3 === 0 ? 'a' : 'b')),
    Float64Array.from(points, ([, value]) => value),
  ];
  return checkedRows({ columns: COLUMNS, values, kept: Uint32Array.from(points.keys()) }, checks.checked);
}

it('keeps of a day all that the flags of the next one look at', () => {
  const point = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 4 }));
  const points = fc.array(point, { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom(...CHECKS), points, points, (variable, before, own) => {
      const checks = new PartitionChecks(qcConfig.parse({ variables: { t: variable } }), COLUMNS, undefined);
      const [whole, next] = [dayOf(1, before, checks), dayOf(2, own, checks)];
      const tail = checks.trailing(whole, 2 * DAY_MICROS);
      expect(checks.flag(tail, next, undefined).values).toEqual(checks.flag(whole, next, undefined).values);
      expect(tail.times.length).toBeLessThanOrEqual(whole.times.length);
    }),
    { numRuns: Number(process.env['TRAILING_RUNS'] ?? 100) },
  );
});

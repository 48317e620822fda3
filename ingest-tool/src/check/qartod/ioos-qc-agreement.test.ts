import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attenuatedSignal, attenuatedSignalConfig } from './attenuated-signal';
import { climatology, climatologyConfig } from './climatology';
import { densityInversion, densityInversionConfig } from './density-inversion';
import { duplicateTime } from './duplicate-time';
import { flatLine, flatLineConfig } from './flat-line';
import { grossRange, grossRangeConfig } from './gross-range';
import { location, locationConfig } from './location';
import { pressureIncreasing } from './pressure-increasing';
import { rateOfChange, rateOfChangeConfig } from './rate-of-change';
import { speed, speedConfig } from './speed';
import { spike, spikeConfig } from './spike';
import { timeGap, timeGapConfig } from './time-gap';

interface Case {
  test: string;
  config: unknown;
  expected: number[];
  values: Float64Array;
  times: Float64Array;
  depths: Float64Array;
  longitudes: Float64Array;
  latitudes: Float64Array;
}

type Column = 'values' | 'times' | 'depths' | 'longitudes' | 'latitudes';

const numbers = (column: (number | null)[] = []): Float64Array => Float64Array.from(column, (value) => value ?? NaN);

function readCase(line: string): Case {
  const raw: { test: string; config: unknown; expected: number[] } & Partial<Record<Column, (number | null)[]>> =
    JSON.parse(line);
  return {
    test: raw.test,
    config: raw.config,
    expected: raw.expected,
    values: numbers(raw.values),
    times: numbers(raw.times).map((seconds) => seconds * 1e6),
    depths: numbers(raw.depths),
    longitudes: numbers(raw.longitudes),
    latitudes: numbers(raw.latitudes),
  };
}

const run: Record<string, (given: Case) => Uint8Array> = {
  grossRange: ({ values, config }) => grossRange(values, grossRangeConfig.parse(config)),
  climatology: ({ values, times, depths, config }) =>
    climatology(values, times, depths, climatologyConfig.parse(config)),
  spike: ({ values, config }) => spike(values, spikeConfig.parse(config)),
  rateOfChange: ({ values, times, config }) => rateOfChange(values, times, rateOfChangeConfig.parse(config)),
  flatLine: ({ values, times, config }) => flatLine(values, times, flatLineConfig.parse(config)),
  attenuatedSignal: ({ values, times, config }) =>
    attenuatedSignal(values, times, attenuatedSignalConfig.parse(config)),
  densityInversion: ({ values, depths, config }) =>
    densityInversion(values, depths, densityInversionConfig.parse(config)),
  location: ({ config, ...positions }) => location(positions, locationConfig.parse(config)),
  speed: ({ times, config, ...positions }) => speed(positions, times, speedConfig.parse(config)),
  timeGap: ({ times, config }) => timeGap(times, timeGapConfig.parse(config)),
  duplicateTime: ({ times }) => duplicateTime(times),
  pressureIncreasing: ({ values }) => pressureIncreasing(values),
};

// Flags ioos_qc 3.0.0 gave, to its own fixtures first; testdata/make-ioos-qc-cases.py asks it again.
const cases = readFileSync(new URL('testdata/ioos-qc-cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(readCase);

describe.each(Object.keys(run))('%s', (test) => {
  const own = cases.filter((given) => given.test === test);

  it(`gives the flags of ioos_qc in all of its cases`, () => {
    expect(own.length).toBeGreaterThan(1);
    for (const given of own) {
      expect({ config: given.config, flags: [...(run[test]?.(given) ?? [])] }).toEqual({
        config: given.config,
        flags: given.expected,
      });
    }
  });
});

it('leaves no test of the reference out', () => {
  expect(new Set(cases.map(({ test }) => test))).toEqual(new Set(Object.keys(run)));
});

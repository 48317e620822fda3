import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../tool-error';
import { qcConfig } from './qc-config';
import { contextOf, contextRange, needsNeighbours } from './qc-context';
import { planQc } from './qc-plan';
import { type QcFlags, type QcSeries, runQc } from './qc-run';
import type { SeriesValues } from './qartod/series';

const NOW = Date.UTC(2026, 0, 1) * 1000;
const MINUTE = 60_000_000;
const START = Date.UTC(2025, 10, 24, 22) * 1000;

const numbers = (...values: number[]): Float64Array => Float64Array.from(values);
const everyMinute = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, point) => START + point * MINUTE);

function flagsOf(config: unknown, series: QcSeries): QcFlags {
  return runQc(planQc(qcConfig.parse(config), [...series.variables.keys()]), series, NOW);
}

describe('running the checks', () => {
  it('gives the flags of each test and the worst of all', () => {
    const series = {
      times: everyMinute(6),
      variables: new Map([['temperature', numbers(10, 10, 45, 10, NaN, 33)]]),
    };
    const { variables } = flagsOf(
      { variables: { temperature: { grossRange: { fail: [-2, 40], suspect: [0, 30] }, spike: { suspect: 5 } } } },
      series,
    );
    const { tests, aggregate } = variables.get('temperature') ?? { tests: new Map(), aggregate: [] };
    expect([...tests.get('grossRange')]).toEqual([1, 1, 4, 1, 9, 3]);
    expect([...tests.get('spike')]).toEqual([2, 3, 3, 2, 9, 2]);
    expect([...aggregate]).toEqual([1, 3, 4, 1, 9, 3]);
  });

  it('calls values of a variable without checks not evaluated, and missing ones missing', () => {
    const { variables, position, time } = flagsOf(
      {},
      { times: everyMinute(2), variables: new Map([['x', numbers(1, NaN)]]) },
    );
    expect([...(variables.get('x')?.aggregate ?? [])]).toEqual([2, 9]);
    expect([...position.aggregate, ...time.aggregate]).toEqual([2, 2, 2, 2]);
  });

  it('flags clocks that are off, and keeps their observations', () => {
    const times = everyMinute(4);
    const receiveTimes = Float64Array.from(
      times,
      (time, point) => [time + MINUTE, time + 6 * MINUTE, time - 5.5 * MINUTE, NaN][point] ?? 0,
    );
    const checks = { time: { drift: {}, late: { suspect: 300 } } };
    const { time } = flagsOf(checks, { times, receiveTimes, variables: new Map() });
    expect([...(time.tests.get('drift') ?? [])]).toEqual([1, 3, 3, 2]);
    expect([...(time.tests.get('late') ?? [])]).toEqual([1, 3, 1, 2]);
  });

  it('lets a bound pass that was stored as a 32-bit float', () => {
    const config = { variables: { t: { grossRange: { fail: [0.1, 24.1] } } } };
    const stored = Float32Array.of(0.1, 24.1, 24.2);
    const { variables } = flagsOf(config, { times: everyMinute(3), variables: new Map([['t', stored]]) });
    expect([...(variables.get('t')?.aggregate ?? [])]).toEqual([1, 1, 4]);
  });

  it('flags the temperature and the salinity of a cast whose density falls with depth', () => {
    const { variables } = flagsOf(
      { densityInversion: { temperature: 't', salinity: 's', pressure: 'p', suspect: -0.01, fail: -0.03 } },
      {
        times: everyMinute(4),
        variables: new Map([
          ['t', numbers(20, 18, 18, 12)],
          ['s', numbers(36, 36, 35.9, 36)],
          ['p', numbers(5, 10, 20, 30)],
        ]),
      },
    );
    expect([...(variables.get('t')?.aggregate ?? [])]).toEqual([1, 4, 4, 1]);
    expect([...(variables.get('s')?.aggregate ?? [])]).toEqual([1, 4, 4, 1]);
    expect([...(variables.get('p')?.aggregate ?? [])]).toEqual([2, 2, 2, 2]);
  });
});

describe('the rules of an Enviro+', () => {
  const series = (variables: Record<string, number[]>): QcSeries => ({
    times: everyMinute(Object.values(variables)[0]?.length ?? 0),
    variables: new Map(Object.entries(variables).map(([name, values]) => [name, numbers(...values)])),
  });
  const aggregates = (variables: Record<string, number[]>): Record<string, number[]> =>
    Object.fromEntries(
      Array.from(flagsOf({ ruleSets: ['enviro-plus'] }, series(variables)).variables, ([name, { aggregate }]) => [
        name,
        [...aggregate],
      ]),
    );

  it('fails what the sensors cannot report', () => {
    expect(
      aggregates({
        temperature: [-40.1, 21, 85, NaN],
        humidity: [0, 100, 100.1, -1],
        pressure: [299, 300, 1100, 1101],
        oxidised: [-0.1, 0, 10_000, 10_001],
        lux: [-1, 0, 64_000, 64_001],
        pm10: [0, 1000, 1001, -1],
      }),
    ).toEqual({
      temperature: [4, 1, 1, 9],
      humidity: [1, 1, 4, 4],
      pressure: [4, 1, 1, 4],
      oxidised: [4, 1, 1, 4],
      lux: [4, 1, 1, 4],
      pm10: [1, 1, 4, 4],
    });
  });

  it('suspects particle channels that are equal, and fails them after an hour; zero is clean air', () => {
    const equal = [0, 5, 6, ...Array.from({ length: 61 }, () => 7), NaN, 8];
    const flags = aggregates({ pm1: equal, pm25: equal.map((v, i) => (i === 2 ? 9 : v)), pm10: equal });
    expect(flags['pm1']?.slice(0, 4)).toEqual([1, 3, 1, 3]);
    expect(flags['pm1']?.slice(62)).toEqual([3, 4, 9, 3]);
    expect(flags['pm1']).toEqual(flags['pm10']);
  });

  it('gives way to what the mapping itself says, and to columns that are not there', () => {
    const config = qcConfig.parse({
      ruleSets: ['enviro-plus'],
      variables: { temperature: { grossRange: { fail: [-20, 50] } } },
    });
    const plan = planQc(config, ['temperature', 'lux']);
    expect(Object.keys(plan.variables)).toEqual(['temperature', 'lux']);
    expect(plan.variables['temperature']?.grossRange?.fail).toEqual([-20, 50]);
    expect(plan.equalChannels).toEqual([]);
  });

  it('names checks of variables that do not exist', () => {
    const config = qcConfig.parse({ variables: { temprature: { spike: { fail: 1 } } } });
    expect(() => planQc(config, ['temperature'])).toThrow(ToolError);
    expect(() => planQc(config, ['temperature'])).toThrow('variables.temprature: there is no variable temprature');
  });
});

describe('checking a day with its neighbours', () => {
  const ofX = {
    grossRange: { fail: [-5, 5] },
    climatology: [{ period: 'hour', time: [0, 12], suspect: [-2, 2] }],
    spike: { suspect: 1, fail: 2, method: 'differential' },
    rateOfChange: { suspect: 0.01 },
    flatLine: { suspect: 120, fail: 300, tolerance: 0.5, interval: 60 },
    attenuatedSignal: { suspect: 1, fail: 0.3, period: 240, minObservations: 2 },
  };
  const ofOthers = {
    equalChannels: [{ variables: ['x', 'y'], above: -10, fail: 120 }],
    position: { location: { maxStep: 500 }, speed: { suspect: 5 } },
    time: { gap: { fail: 90 }, duplicate: true, impossibleDate: {} },
  };
  const configs: [name: string, config: object][] = [
    ...Object.entries(ofX).map(([name, own]): [string, object] => [name, { variables: { x: { [name]: own } } }]),
    ['range', { variables: { y: { attenuatedSignal: { suspect: 1.5, fail: 0.5, period: 180, statistic: 'range' } } } }],
    ...Object.entries(ofOthers).map(([name, own]): [string, object] => [name, { [name]: own }]),
    ['all tests together', { variables: { x: ofX, y: { spike: { suspect: 1 } } }, ...ofOthers }],
  ];

  const point = fc.record({
    step: fc.constantFrom(0, 30, 60, 60, 60, 60, 120, 600),
    x: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -8, max: 8 }).map((v) => v / 2 + 0.1) }, fc.constant(NaN)),
    y: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) }, fc.constant(0.1), fc.constant(NaN)),
    latitude: fc.oneof(
      fc.integer({ min: 0, max: 10 }).map((v) => 26 + v / 1000),
      fc.constant(NaN),
    ),
  });

  const allFlags = ({ variables, position, time }: QcFlags): [string, Uint8Array][] =>
    [...variables, ['position', position] as const, ['time', time] as const].flatMap(([name, { aggregate, tests }]) => [
      [name, aggregate] as [string, Uint8Array],
      ...Array.from(tests, ([test, flags]): [string, Uint8Array] => [`${name}.${test}`, flags]),
    ]);

  it.each(configs)('gives the flags of the whole series, wherever it is cut: %s', (_, config) => {
    const plan = planQc(qcConfig.parse(config), ['x', 'y']);
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 60 }), fc.nat(), fc.nat(), (points, one, other) => {
        const [from = 0, to = 0] = [one % points.length, other % (points.length + 1)].sort((a, b) => a - b);
        fc.pre(from < to);
        let time = START;
        const times = Float64Array.from(points, ({ step }) => (time += step * 1e6));
        const slice = (start: number, end: number): QcSeries => {
          const part = points.slice(start, end);
          return {
            times: times.slice(start, end),
            latitudes: Float64Array.from(part, ({ latitude }) => latitude),
            longitudes: Float64Array.from(part, () => -76),
            variables: new Map<string, SeriesValues>([
              ['x', Float64Array.from(part, ({ x }) => x)],
              ['y', Float32Array.from(part, ({ y }) => y)],
            ]),
          };
        };
        const whole = allFlags(runQc(plan, slice(0, points.length), NOW));
        const [start, end] = contextRange(times, from, to, contextOf(plan));
        const alone = allFlags(runQc(plan, slice(start, end), NOW));
        for (const [index, [name, flags]] of whole.entries()) {
          const own = alone[index]?.[1].subarray(from - start, to - start) ?? [];
          expect({ name, flags: [...own] }).toEqual({ name, flags: [...flags.subarray(from, to)] });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('needs the whole series where a test takes its median or judges it as one', () => {
    const needs = (checks: unknown): number =>
      contextOf(planQc(qcConfig.parse({ variables: { x: checks } }), ['x'])).pointsBefore;
    expect(needs({ spike: { fail: 1 } })).toBe(1);
    expect(needs({ flatLine: { suspect: 60, fail: 3600, tolerance: 1, interval: 60 } })).toBe(60);
    expect(needs({ flatLine: { suspect: 60, fail: 3600, tolerance: 1 } })).toBe(Infinity);
    expect(needs({ attenuatedSignal: { suspect: 1, fail: 1 } })).toBe(Infinity);
    expect(needs({ pressureIncreasing: true })).toBe(Infinity);
  });

  it('needs no other day where each point is judged by itself', () => {
    const looksBeside = (config: unknown): boolean => needsNeighbours(contextOf(planQc(qcConfig.parse(config), ['x'])));
    expect(looksBeside({ variables: { x: { grossRange: { fail: [0, 1] } } } })).toBe(false);
    expect(looksBeside({ position: { location: {} }, time: { drift: {}, impossibleDate: {} } })).toBe(false);
    expect(looksBeside({ position: { location: { maxStep: 100 } } })).toBe(true);
    expect(looksBeside({ variables: { x: { spike: { fail: 1 } } } })).toBe(true);
    expect(looksBeside({ time: { gap: {} } })).toBe(true);
  });
});

describe('a real mooring', () => {
  const file = new URL('../../../../shared/data/ocean_obs/rapid_wb2_mooring/wb2_9_201114_5242.use', import.meta.url);

  it.skipIf(!existsSync(file))('has its knock-downs flagged, and nothing else', () => {
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => /^\d{4}\s/.test(line))
      .map((line) => line.trim().split(/\s+/).map(Number));
    const column = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index] ?? NaN);
    const times = Float64Array.from(
      rows,
      ([year = 0, month = 1, day = 1, hour = 0]) =>
        Math.round(Date.UTC(year, month - 1, day) / 1000 + hour * 3600) * 1e6,
    );
    const { variables, time } = flagsOf(
      {
        variables: {
          pressure: { grossRange: { fail: [0, 2000], suspect: [0, 200] } },
          temperature: {
            grossRange: { fail: [-2.5, 40] },
            flatLine: { suspect: 7200, fail: 21_600, tolerance: 0.0001 },
          },
        },
        time: { gap: {}, duplicate: true, impossibleDate: { earliest: '2011-04-28' } },
      },
      {
        times,
        variables: new Map([
          ['temperature', column(4)],
          ['pressure', column(6)],
        ]),
      },
    );
    const count = (flags: Uint8Array | undefined): Record<string, number> =>
      Object.fromEntries([1, 2, 3, 4, 9].map((flag) => [flag, flags?.filter((own) => own === flag).length ?? 0]));
    expect(count(variables.get('pressure')?.aggregate)).toEqual({ 1: 14_639 - 146, 2: 0, 3: 146, 4: 0, 9: 0 });
    expect(count(variables.get('temperature')?.aggregate)).toEqual({ 1: 14_639, 2: 0, 3: 0, 4: 0, 9: 0 });
    expect(count(time.aggregate)).toEqual({ 1: 14_639, 2: 0, 3: 0, 4: 0, 9: 0 });
  });
});

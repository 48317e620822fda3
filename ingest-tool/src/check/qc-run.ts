import { aggregateQartodFlags, QARTOD_FLAG, sigma0 } from '@tidelake/lake-format';
import { attenuatedSignal } from './qartod/attenuated-signal';
import { climatology } from './qartod/climatology';
import { densityInversion } from './qartod/density-inversion';
import { duplicateTime } from './qartod/duplicate-time';
import { equalChannels } from './qartod/equal-channels';
import { flatLine } from './qartod/flat-line';
import { grossRange } from './qartod/gross-range';
import { impossibleDate } from './qartod/impossible-date';
import { lateArrival } from './qartod/late-arrival';
import { location } from './qartod/location';
import { pressureIncreasing } from './qartod/pressure-increasing';
import { rateOfChange } from './qartod/rate-of-change';
import type { SeriesValues } from './qartod/series';
import { speed } from './qartod/speed';
import { spike } from './qartod/spike';
import { timeGap } from './qartod/time-gap';
import { timestampDrift } from './qartod/timestamp-drift';
import type { VariableChecks } from './qc-config';
import type { QcPlan } from './qc-plan';

/** The observations of one device (or one cast), in order of time. Columns are equally long. */
export interface QcSeries {
  /** UTC microseconds, ascending. */
  times: Float64Array;
  /** UTC microseconds; NaN where the capture does not say. */
  receiveTimes?: Float64Array | undefined;
  /** WGS84 degrees. */
  latitudes?: SeriesValues | undefined;
  longitudes?: SeriesValues | undefined;
  /** Metres, positive down. */
  depths?: SeriesValues | undefined;
  variables: ReadonlyMap<string, SeriesValues>;
}

/** The flags of one column: of each test by its name, and of all together. */
export interface ColumnFlags {
  aggregate: Uint8Array;
  tests: Map<string, Uint8Array>;
}

export interface QcFlags {
  variables: Map<string, ColumnFlags>;
  position: ColumnFlags;
  time: ColumnFlags;
}

type Tests = Map<string, Uint8Array>;

/**
 * Runs the checks of a plan over one device's series.
 * @param now UTC microseconds beyond which a time is in the future: the end of the capture, so that a second run agrees
 */
export function runQc(plan: QcPlan, series: QcSeries, now: number): QcFlags {
  const tests = new Map<string, Tests>();
  for (const [name, values] of series.variables) tests.set(name, checkVariable(plan.variables[name], values, series));
  checkEqualChannels(plan, series, tests);
  checkDensity(plan, series, tests);
  const length = series.times.length;
  return {
    variables: new Map(
      Array.from(series.variables, ([name, values]) => [name, ofVariable(values, tests.get(name) ?? new Map())]),
    ),
    position: withAggregate(length, checkPosition(plan, series)),
    time: withAggregate(length, checkTime(plan, series, now)),
  };
}

function withAggregate(length: number, tests: Tests): ColumnFlags {
  return { aggregate: aggregateQartodFlags(length, tests.values()), tests };
}

function ofVariable(values: SeriesValues, tests: Tests): ColumnFlags {
  const flags = withAggregate(values.length, tests);
  // A test over several columns may call a point "not evaluated" that has no value here at all.
  for (let point = 0; point < values.length; point++) {
    if (!Number.isFinite(values[point])) flags.aggregate[point] = QARTOD_FLAG.missing;
  }
  return flags;
}

function checkVariable(checks: VariableChecks = {}, values: SeriesValues, { times, depths }: QcSeries): Tests {
  const tests: Tests = new Map();
  if (checks.grossRange) tests.set('grossRange', grossRange(values, checks.grossRange));
  if (checks.climatology) tests.set('climatology', climatology(values, times, depths, checks.climatology));
  if (checks.spike) tests.set('spike', spike(values, checks.spike));
  if (checks.rateOfChange) tests.set('rateOfChange', rateOfChange(values, times, checks.rateOfChange));
  if (checks.flatLine) tests.set('flatLine', flatLine(values, times, checks.flatLine));
  if (checks.attenuatedSignal) {
    tests.set('attenuatedSignal', attenuatedSignal(values, times, checks.attenuatedSignal));
  }
  if (checks.pressureIncreasing) tests.set('pressureIncreasing', pressureIncreasing(values));
  return tests;
}

function checkEqualChannels({ equalChannels: rules }: QcPlan, series: QcSeries, tests: Map<string, Tests>): void {
  for (const rule of rules) {
    const channels = rule.variables.flatMap((name) => series.variables.get(name) ?? []);
    if (channels.length < rule.variables.length) continue;
    const flags = equalChannels(channels, series.times, rule);
    for (const name of rule.variables) tests.get(name)?.set('equalChannels', flags);
  }
}

function checkDensity({ densityInversion: cast }: QcPlan, series: QcSeries, tests: Map<string, Tests>): void {
  if (cast === undefined) return;
  const temperatures = series.variables.get(cast.temperature);
  const salinities = series.variables.get(cast.salinity);
  const pressures = series.variables.get(cast.pressure);
  if (temperatures === undefined || salinities === undefined || pressures === undefined) return;
  const densities = series.times.map((_, point) =>
    sigma0(salinities[point] ?? NaN, temperatures[point] ?? NaN, pressures[point] ?? NaN),
  );
  const flags = densityInversion(densities, pressures, cast);
  for (const name of [cast.temperature, cast.salinity]) tests.get(name)?.set('densityInversion', flags);
}

function checkPosition({ position }: QcPlan, { latitudes, longitudes, times }: QcSeries): Tests {
  const tests: Tests = new Map();
  if (latitudes === undefined || longitudes === undefined) return tests;
  if (position.location) tests.set('location', location({ latitudes, longitudes }, position.location));
  if (position.speed) tests.set('speed', speed({ latitudes, longitudes }, times, position.speed));
  return tests;
}

function checkTime({ time }: QcPlan, { times, receiveTimes }: QcSeries, now: number): Tests {
  const tests: Tests = new Map();
  if (time.gap) tests.set('gap', timeGap(times, time.gap));
  if (time.impossibleDate) tests.set('impossibleDate', impossibleDate(times, time.impossibleDate, now));
  if (time.duplicate) tests.set('duplicate', duplicateTime(times));
  if (time.drift && receiveTimes) tests.set('drift', timestampDrift(times, receiveTimes, time.drift));
  if (time.late && receiveTimes) tests.set('late', lateArrival(times, receiveTimes, time.late));
  return tests;
}

import type { RowColumn } from '../rows/column-values';
import { EXIT, ToolError } from '../tool-error';
import type { CheckedColumns, CheckedRows } from './checked-rows';
import { FlagCounts } from './flag-counts';
import { contextOf, contextRange, needsNeighbours, type QcContext } from './qc-context';
import type { QcConfig } from './qc-config';
import { planQc, type QcPlan } from './qc-plan';
import { qartodColumn } from './qartod-column';
import { runQc, type ColumnFlags, type QcFlags, type QcSeries } from './qc-run';
import type { SeriesValues } from './qartod/series';
import { trailingRows } from './trailing-rows';

/** What is known of the impossible future when rows get here: messages from it went to quarantine. */
const NO_FUTURE = Infinity;

/** Flags of a station-day's rows. */
export interface PartitionFlags {
  /** One array for each flag column, in their order, over the rows in theirs. */
  values: Float64Array<ArrayBuffer>[];
  counts: FlagCounts;
}

/** Tests of the time with a column of their own, since what to do about them differs. */
const CLOCK_TESTS = [
  {
    test: 'drift',
    of: 'timestamp_drift',
    longName: 'TIMESTAMP_DRIFT: flag of the device’s clock against the time of receipt',
  },
  { test: 'late', of: 'late', longName: 'Flag of observations that came after the watermark' },
] as const;

/** A column of flags and what it judges. */
interface FlagColumn extends RowColumn {
  flagsOf: (flags: QcFlags) => ColumnFlags | undefined;
}

/**
 * Runs the checks of a mapping over station-days, device by device. The flags of a day depend on the rows of that day and
 * of the two beside it, and on nothing else, so a lake with the same rows has the same flags whatever way they came.
 */
export class PartitionChecks {
  readonly columns: readonly RowColumn[];
  readonly checked: CheckedColumns;
  /** Whether the flags of a day depend on the days beside it. */
  readonly needsNeighbours: boolean;
  readonly #flagColumns: readonly FlagColumn[];
  readonly #plan: QcPlan;
  readonly #context: QcContext;

  /**
   * @param columns the columns of the rows
   * @param receiveTime name of the column with the time of receipt
   * @throws ToolError where a check needs a column that is not there
   */
  constructor(config: QcConfig, columns: readonly RowColumn[], receiveTime: string | undefined) {
    const numeric = columns.filter(
      ({ role, type }) => role === 'variable' && type !== 'text' && type !== 'timestamp' && type !== 'boolean',
    );
    this.#plan = planQc(
      config,
      numeric.map(({ name }) => name),
    );
    requireColumns(this.#plan, columns, receiveTime);
    this.#flagColumns = flagColumnsOf(this.#plan);
    for (const { name } of this.#flagColumns) {
      if (columns.some((column) => column.name === name)) {
        throw new ToolError(EXIT.usage, `columns.${name}: the checks write a column of this name`, 'Choose another.');
      }
    }
    this.columns = this.#flagColumns;
    this.#context = contextOf(this.#plan);
    this.needsNeighbours = needsNeighbours(this.#context);
    this.checked = { variables: variablesOf(this.#plan), receiveTime };
  }

  /**
   * Flags a day.
   * @param before rows of the day before, undefined where there are none or {@link needsNeighbours} is false
   * @param after rows of the day after, likewise
   */
  flag(before: CheckedRows | undefined, own: CheckedRows, after: CheckedRows | undefined): PartitionFlags {
    const counts = new FlagCounts();
    const values = this.#flagColumns.map(() => new Float64Array(own.times.length));
    for (const [device, places] of own.devices) {
      const parts = [before, own, after].flatMap((rows) => {
        const there = rows?.devices.get(device);
        return rows === undefined || there === undefined ? [] : [{ rows, places: there }];
      });
      const from = parts[0]?.rows === own ? 0 : (parts[0]?.places.length ?? 0);
      const to = from + places.length;
      const times = timesOf(parts);
      const [start, end] = contextRange(times, from, to, this.#context);
      const flags = runQc(this.#plan, this.#seriesOf(parts, times, start, end), NO_FUTURE);
      this.#flagColumns.forEach(({ name, flagsOf }, index) => {
        const found = flagsOf(flags);
        const into = values[index];
        if (found === undefined || into === undefined) return;
        putFlags(found.aggregate.subarray(from - start, to - start), places, into);
        counts.addColumn(name, found.aggregate, from - start, to - start);
        for (const [test, each] of found.tests) counts.addTest(name, test, each, from - start, to - start);
      });
    }
    return { values, counts };
  }

  /**
   * What {@link flag} needs of a day as the one before another.
   * @param end the first instant of that other day, UTC microseconds
   */
  trailing(rows: CheckedRows, end: number): CheckedRows {
    return trailingRows(rows, this.#context, end);
  }

  #seriesOf(parts: readonly DevicePart[], times: Float64Array, start: number, end: number): QcSeries {
    const slice = (pick: (rows: CheckedRows) => SeriesValues | undefined): SeriesValues | undefined =>
      parts.every(({ rows }) => pick(rows) === undefined) ? undefined : joined(parts, pick, start, end);
    return {
      times: times.subarray(start, end),
      receiveTimes: Float64Array.from(slice(({ receiveTimes }) => receiveTimes) ?? []),
      latitudes: slice(({ latitudes }) => latitudes),
      longitudes: slice(({ longitudes }) => longitudes),
      depths: slice(({ depths }) => depths),
      variables: new Map(
        this.checked.variables.flatMap((name) => {
          const series = slice(({ variables }) => variables.get(name));
          return series === undefined ? [] : [[name, series] as const];
        }),
      ),
    };
  }
}

/** Puts flags where the points they are of have their places. */
function putFlags(flags: Uint8Array, places: Uint32Array, into: Float64Array): void {
  if (hasNoGap(places)) into.set(flags, places[0]);
  else for (let point = 0; point < flags.length; point++) into[places[point] ?? 0] = flags[point] ?? 0;
}

/** Whether ascending places, each of which is there once, follow one another. */
function hasNoGap(places: Uint32Array): boolean {
  return (places.at(-1) ?? 0) - (places[0] ?? 0) < places.length;
}

/** A device's rows of one day. */
interface DevicePart {
  rows: CheckedRows;
  /** Ascending. */
  places: Uint32Array;
}

/** One column of a device over several days, from `start` to before `end`, NaN where a day does not have it. */
function joined(
  parts: readonly DevicePart[],
  pick: (rows: CheckedRows) => SeriesValues | undefined,
  start = 0,
  end = lengthOf(parts),
): SeriesValues {
  const isFloat = parts.every(({ rows }) => (pick(rows) ?? new Float32Array(0)) instanceof Float32Array);
  const all = isFloat ? new Float32Array(end - start) : new Float64Array(end - start);
  let at = -start;
  for (const { rows, places } of parts) {
    const wanted = places.subarray(Math.max(0, -at), Math.max(0, all.length - at));
    const into = all.subarray(Math.max(0, at), Math.max(0, at) + wanted.length);
    const own = pick(rows);
    const first = wanted[0] ?? 0;
    if (own === undefined) into.fill(Number.NaN);
    else if (hasNoGap(wanted)) into.set(own.subarray(first, first + wanted.length));
    else for (let point = 0; point < wanted.length; point++) into[point] = own[wanted[point] ?? 0] ?? Number.NaN;
    at += places.length;
  }
  return all;
}

function lengthOf(parts: readonly DevicePart[]): number {
  return parts.reduce((sum, { places }) => sum + places.length, 0);
}

function timesOf(parts: readonly DevicePart[]): Float64Array {
  const times = joined(parts, (rows) => rows.times);
  return times instanceof Float64Array ? times : Float64Array.from(times);
}

function variablesOf({ variables, equalChannels, densityInversion: cast }: QcPlan): string[] {
  return [
    ...new Set([
      ...Object.keys(variables),
      ...equalChannels.flatMap((rule) => rule.variables),
      ...(cast === undefined ? [] : [cast.temperature, cast.salinity, cast.pressure]),
    ]),
  ];
}

function flagColumnsOf(plan: QcPlan): FlagColumn[] {
  const { variables, equalChannels, densityInversion: cast, position, time } = plan;
  const judged = new Set([
    ...Object.entries(variables).flatMap(([name, tests]) => (isEmpty(tests) ? [] : name)),
    ...equalChannels.flatMap((rule) => rule.variables),
    ...(cast === undefined ? [] : [cast.temperature, cast.salinity]),
  ]);
  const columns = [...judged].map((name) => flagColumn(name, (flags) => flags.variables.get(name)));
  if (!isEmpty(position)) columns.push(flagColumn('position', (flags) => flags.position));
  if (!isEmpty(time)) columns.push(flagColumn('time', (flags) => flags.time));
  for (const { test, of, longName } of CLOCK_TESTS) {
    if (time[test] !== undefined) columns.push({ ...flagColumn(of, (flags) => ofTest(flags.time, test)), longName });
  }
  return columns;
}

/** The flags of one test alone. */
function ofTest({ tests }: ColumnFlags, test: string): ColumnFlags | undefined {
  const aggregate = tests.get(test);
  return aggregate === undefined ? undefined : { aggregate, tests: new Map() };
}

function isEmpty(tests: object): boolean {
  return Object.values(tests).every((test) => test === undefined);
}

function flagColumn(of: string, flagsOf: FlagColumn['flagsOf']): FlagColumn {
  return { ...qartodColumn(of), flagsOf };
}

function requireColumns(plan: QcPlan, columns: readonly RowColumn[], receiveTime: string | undefined): void {
  const has = (role: string): boolean => columns.some((column) => column.role === role);
  if (!isEmpty(plan.position) && !(has('latitude') && has('longitude'))) {
    throw new ToolError(
      EXIT.usage,
      'checks.position: no columns have the roles latitude and longitude',
      'Add them to columns, or leave checks.position out.',
    );
  }
  const needsReceipt = (['drift', 'late'] as const).find((test) => plan.time[test] !== undefined);
  if (needsReceipt !== undefined && receiveTime === undefined) {
    throw new ToolError(
      EXIT.usage,
      `checks.time.${needsReceipt}: no column has the time of receipt to compare with`,
      `Add { name: receive_time, from: receive_time, role: about } to columns, or leave checks.time.${needsReceipt} out.`,
    );
  }
}

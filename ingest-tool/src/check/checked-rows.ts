import { allocateValues, gatherValues, NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import { isRun } from '../rows/row-order';
import type { SeriesValues } from './qartod/series';

/** Which columns the checks look at, by name. */
export interface CheckedColumns {
  /** Measured values. */
  variables: readonly string[];
  /** The time of receipt. */
  receiveTime: string | undefined;
}

/** What the checks need of a station-day: its rows in order of time, no other columns, and where each device's are. */
export interface CheckedRows {
  times: Float64Array;
  receiveTimes: SeriesValues | undefined;
  latitudes: SeriesValues | undefined;
  longitudes: SeriesValues | undefined;
  depths: SeriesValues | undefined;
  variables: ReadonlyMap<string, SeriesValues>;
  /** Places of each device's rows, ascending, by the number of the device. */
  devices: ReadonlyMap<number, Uint32Array>;
}

/** Rows of a station-day; `kept` tells which, in order of time. */
interface SortedRows {
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
  kept: Uint32Array;
}

/** Takes out of merged rows what the checks need. */
export function checkedRows({ columns, values, kept }: SortedRows, checked: CheckedColumns): CheckedRows {
  const isInOrder = isRun(kept);
  const gather = (wanted: (column: RowColumn) => boolean): SeriesValues | undefined => {
    const index = columns.findIndex(wanted);
    const [column, own] = [columns[index], values[index]];
    if (column === undefined || own === undefined) return undefined;
    return seriesOf(isInOrder ? own.subarray(kept[0], (kept[0] ?? 0) + kept.length) : gathered(column, own, kept));
  };
  const deviceColumn = columns.findIndex(({ role }) => role === 'device');
  const times = gather(({ role }) => role === 'time');
  if (!(times instanceof Float64Array)) throw new Error('rows without a time');
  return {
    times,
    receiveTimes: checked.receiveTime === undefined ? undefined : gather(({ name }) => name === checked.receiveTime),
    latitudes: gather(({ role }) => role === 'latitude'),
    longitudes: gather(({ role }) => role === 'longitude'),
    depths: gather(({ role }) => role === 'depth'),
    variables: new Map(
      checked.variables.flatMap((name) => {
        const series = gather((column) => column.name === name);
        return series === undefined ? [] : [[name, series] as const];
      }),
    ),
    devices: rowsByDevice(values[deviceColumn], kept),
  };
}

function gathered({ type }: RowColumn, values: ColumnValues, kept: Uint32Array): ColumnValues {
  const own = allocateValues(type, kept.length);
  gatherValues(values, kept, own);
  return own;
}

function seriesOf(own: ColumnValues): SeriesValues {
  if (own instanceof Float64Array || own instanceof Float32Array) return own;
  const numbers = new Float64Array(own.length);
  own.forEach((value: number | bigint, row: number) => {
    numbers[row] = value === NULL_BIGINT ? Number.NaN : Number(value);
  });
  return numbers;
}

interface DevicePlaces {
  count: number;
  own: Uint32Array;
}

function rowsByDevice(devices: ColumnValues | undefined, kept: Uint32Array): Map<number, Uint32Array> {
  const numbers = numbersOf(devices, kept);
  const places = new Map<number, DevicePlaces>();
  for (let start = 0, end = 0; start < numbers.length; start = end) {
    end = endOfRun(numbers, start);
    const device = numbers[start] ?? -1;
    const known = places.get(device);
    if (known === undefined) places.set(device, { count: end - start, own: new Uint32Array(0) });
    else known.count += end - start;
  }
  for (const each of places.values()) {
    each.own = new Uint32Array(each.count);
    each.count = 0;
  }
  for (let start = 0, end = 0; start < numbers.length; start = end) {
    end = endOfRun(numbers, start);
    const own = places.get(numbers[start] ?? -1);
    if (own !== undefined) own.count = countUp(own.own, own.count, start, end);
  }
  return new Map(Array.from(places, ([device, { own }]) => [device, own]));
}

/** The number of each kept row's device. */
function numbersOf(devices: ColumnValues | undefined, kept: Uint32Array): Int32Array {
  const numbers = new Int32Array(kept.length);
  if (devices instanceof Int32Array) gatherValues(devices, kept, numbers);
  else for (let place = 0; place < kept.length; place++) numbers[place] = Number(devices?.[kept[place] ?? 0] ?? -1);
  return numbers;
}

/** Where the equal numbers that begin at `start` end. */
function endOfRun(numbers: Int32Array, start: number): number {
  const own = numbers[start];
  let end = start + 1;
  while (end < numbers.length && numbers[end] === own) end++;
  return end;
}

/** Writes the numbers from `first` to before `end` from `at` on; returns the place after them. */
function countUp(into: Uint32Array, at: number, first: number, end: number): number {
  for (let number = first; number < end; number++) into[at + number - first] = number;
  return at + end - first;
}

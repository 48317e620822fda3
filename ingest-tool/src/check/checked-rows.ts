import { allocateValues, gatherValues, NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
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
  /** Places of each device's rows, by the number of the device. */
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
  const gather = (wanted: (column: RowColumn) => boolean): SeriesValues | undefined => {
    const index = columns.findIndex(wanted);
    const [column, own] = [columns[index], values[index]];
    return column === undefined || own === undefined ? undefined : seriesOf(column, own, kept);
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

function seriesOf({ type }: RowColumn, values: ColumnValues, kept: Uint32Array): SeriesValues {
  const own = allocateValues(type, kept.length);
  gatherValues(values, kept, own);
  if (own instanceof Float64Array || own instanceof Float32Array) return own;
  const numbers = new Float64Array(own.length);
  own.forEach((value: number | bigint, row: number) => {
    numbers[row] = value === NULL_BIGINT ? Number.NaN : Number(value);
  });
  return numbers;
}

function rowsByDevice(devices: ColumnValues | undefined, kept: Uint32Array): Map<number, Uint32Array> {
  const places = new Map<number, number[]>();
  kept.forEach((row, place) => {
    const device = Number(devices?.[row] ?? -1);
    const own = places.get(device);
    if (own === undefined) places.set(device, [place]);
    else own.push(place);
  });
  return new Map(Array.from(places, ([device, own]) => [device, Uint32Array.from(own)]));
}

import { ROW_COUNT } from '@tidelake/lake-format';
import { DataType } from 'apache-arrow';
import { latLngToCell } from 'h3-js';
import { addEnds, addSums, emptyBucket, sortedBuckets, type Bucket } from './bucket';
import { NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import type { ForeignValues } from '../rows/foreign-values';
import { nanColumn } from '../rows/nan-column';

const MICROS_PER_HOUR = 3_600_000_000;

/** Rows of one file, by column. */
export interface RolledRows {
  count: number;
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
}

/** Adds up the rows of one station by hour, device, variable, flag and, if asked for, place. */
export class StationHours {
  readonly #start: number;
  readonly #end: number;
  readonly #resolution: number | undefined;
  readonly #buckets = new Map<string, Bucket>();
  /** Rows that have no time, and so no bucket. */
  rowsWithoutTime = 0;

  /**
   * @param start only rows from this instant on, UTC microseconds
   * @param end and before this one
   * @param resolution of H3 cells; undefined where buckets are not divided by place
   */
  constructor(start: number, end: number, resolution: number | undefined) {
    this.#start = start;
    this.#end = end;
    this.#resolution = resolution;
  }

  /** Adds the rows of a file. */
  add(rows: RolledRows): void {
    const { columns, values, count } = rows;
    const find = (role: string): number => columns.findIndex((column) => column.role === role);
    const times = values[find('time')];
    if (!(times instanceof Float64Array)) throw new Error('it has no column with the time of observation');
    const places = this.#places(rows);
    const variables = [
      countOfRows(count),
      ...columns.flatMap((column, index) => variableOf(column, index, rows) ?? []),
    ];
    for (const variable of variables) {
      const recent = new Map<string, Bucket>();
      let last: { key: string; flag: number | null; bucket: Bucket } | undefined;
      for (let row = 0; row < count; row++) {
        const time = times[row] ?? Number.NaN;
        if (Number.isNaN(time)) {
          if (variable.name === ROW_COUNT) this.rowsWithoutTime++;
          continue;
        }
        if (time < this.#start || time >= this.#end || !variable.isThere(row)) continue;
        const { key, device, cell } = places(row);
        const flag = variable.flagOf(row);
        const isSame = last !== undefined && last.key === key && last.flag === flag;
        const sort = isSame ? '' : `${flag} ${key}`;
        let bucket = isSame ? last?.bucket : recent.get(sort);
        if (bucket === undefined || time < bucket.time || time >= bucket.time + MICROS_PER_HOUR) {
          const start = Math.floor(time / MICROS_PER_HOUR) * MICROS_PER_HOUR;
          bucket = this.#bucket(
            variable.name,
            device,
            flag,
            cell,
            start,
            `${variable.name}\u0000${flag} ${key}\u0000${start}`,
          );
          recent.set(`${flag} ${key}`, bucket);
        }
        last = { key, flag, bucket };
        bucket.n++;
        bucket.firstTime = Math.min(bucket.firstTime, time);
        bucket.lastTime = Math.max(bucket.lastTime, time);
        if (variable.name === ROW_COUNT) continue;
        const value = variable.valueOf(row);
        addSums(bucket, value, value * value);
        addEnds(bucket, value, value);
      }
    }
  }

  /** The buckets in their order. */
  sorted(): Bucket[] {
    return sortedBuckets(this.#buckets.values());
  }

  #bucket(
    variable: string,
    device: string | null,
    flag: number | null,
    cell: string | null,
    time: number,
    key: string,
  ): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    const bucket = emptyBucket({ variable, device, flag, cell, time });
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** The device and the cell of a row, and a text that stands for both. */
  #places({
    columns,
    values,
  }: RolledRows): (row: number) => { key: string; device: string | null; cell: string | null } {
    const find = (role: string): number => columns.findIndex((column) => column.role === role);
    const [deviceAt, latitudeAt, longitudeAt] = [find('device'), find('latitude'), find('longitude')];
    const devices = values[deviceAt];
    const dictionary = columns[deviceAt]?.dictionary;
    const [latitudes, longitudes] = [values[latitudeAt], values[longitudeAt]];
    let last = { id: Number.NaN as number | bigint, latitude: Infinity, longitude: Infinity };
    let place: { key: string; device: string | null; cell: string | null } = { key: '', device: null, cell: null };
    return (row) => {
      const id = devices?.[row] ?? -1;
      const latitude = this.#resolution === undefined ? 0 : Number(latitudes?.[row] ?? Number.NaN);
      const longitude = this.#resolution === undefined ? 0 : Number(longitudes?.[row] ?? Number.NaN);
      if (id === last.id && latitude === last.latitude && longitude === last.longitude) return place;
      last = { id, latitude, longitude };
      const isNull =
        devices === undefined || id === NULL_BIGINT || (dictionary === undefined ? Number.isNaN(id) : id === -1);
      const device = isNull ? null : (dictionary?.textOf(Number(id)) ?? String(id));
      const isSomewhere = Number.isFinite(latitude) && Number.isFinite(longitude);
      const cell =
        this.#resolution === undefined || !isSomewhere ? null : latLngToCell(latitude, longitude, this.#resolution);
      place = { key: JSON.stringify([device, cell]), device, cell };
      return place;
    };
  }
}

/** One column as buckets need it. */
interface RolledVariable {
  name: string;
  isThere: (row: number) => boolean;
  valueOf: (row: number) => number;
  flagOf: (row: number) => number | null;
}

function countOfRows(count: number): RolledVariable {
  return { name: ROW_COUNT, isThere: (row) => row < count, valueOf: () => 1, flagOf: () => null };
}

function variableOf(column: RowColumn, index: number, rows: RolledRows): RolledVariable | undefined {
  const { name, role, type } = column;
  const own = rows.values[index];
  if (role !== 'variable' || own === undefined || type === 'boolean' || type === 'timestamp') return undefined;
  const decimals = own instanceof Int32Array ? column.foreign : undefined;
  if (own instanceof Int32Array && !isDecimal(decimals)) return undefined;
  const beside = (wanted: string): ColumnValues | undefined =>
    rows.values[rows.columns.findIndex((column) => column.name === wanted)];
  const flags = beside(`${name}_qc`);
  const notNumbers = beside(nanColumn(name).name);
  return {
    name,
    isThere: (row) => {
      if (own instanceof Int32Array) return own[row] !== -1;
      return own instanceof BigInt64Array
        ? own[row] !== NULL_BIGINT
        : !Number.isNaN(own[row]) || notNumbers?.[row] === 1;
    },
    valueOf: (row) =>
      own instanceof Int32Array ? (decimals?.decimalOf(own[row] ?? -1) ?? Number.NaN) : exactNumber(name, own[row]),
    flagOf: (row) => {
      const flag = flags?.[row];
      return flag === undefined || flag === NULL_BIGINT || Number.isNaN(flag) ? null : Number(flag);
    },
  };
}

function isDecimal(foreign: ForeignValues | undefined): boolean {
  return foreign !== undefined && DataType.isDecimal(foreign.type);
}

/** A double holds every whole number up to here. */
const EXACT = 2n ** 53n;

function exactNumber(name: string, value: number | bigint | undefined): number {
  if (typeof value !== 'bigint' || (value <= EXACT && value >= -EXACT)) return Number(value);
  throw new Error(`its ${name} has ${value}, which no bucket holds exactly`);
}

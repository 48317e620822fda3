import { ROW_COUNT } from '@tidelake/lake-format';
import { latLngToCell } from 'h3-js';
import { NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import { nanColumn } from '../rows/nan-column';

/** What is known of the values of one bucket. Times are UTC microseconds. */
export interface Bucket {
  variable: string;
  device: string | null;
  flag: number | null;
  cell: string | null;
  /** Start of the bucket. */
  time: number;
  n: number;
  /** Null for the count of rows. */
  sum: number | null;
  sumOfSquares: number | null;
  min: number | null;
  max: number | null;
  firstTime: number;
  lastTime: number;
}

/** Rows of one file, by column. */
export interface RolledRows {
  count: number;
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
}

/** Adds up the rows of one station in buckets of time, device, variable, flag and, if asked for, place. */
export class StationBuckets {
  readonly #widthMicros: number;
  readonly #start: number;
  readonly #end: number;
  readonly #resolution: number | undefined;
  readonly #buckets = new Map<string, Bucket>();
  /** Rows that have no time, and so no bucket. */
  rowsWithoutTime = 0;

  /**
   * @param widthMicros length of a bucket
   * @param start only rows from this instant on, UTC microseconds
   * @param end and before this one
   * @param resolution of H3 cells; undefined where buckets are not divided by place
   */
  constructor(widthMicros: number, start: number, end: number, resolution: number | undefined) {
    this.#widthMicros = widthMicros;
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
        if (bucket === undefined || time < bucket.time || time >= bucket.time + this.#widthMicros) {
          const start = Math.floor(time / this.#widthMicros) * this.#widthMicros;
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
        if (variable.name !== ROW_COUNT) addValue(bucket, variable.valueOf(row));
      }
    }
  }

  /** The buckets, by variable, device, flag, cell and time; what is null comes last. */
  sorted(): Bucket[] {
    return [...this.#buckets.values()].sort(
      (one, other) =>
        compareTexts(one.variable, other.variable) ||
        compareTexts(one.device, other.device) ||
        (one.flag ?? Infinity) - (other.flag ?? Infinity) ||
        compareTexts(one.cell, other.cell) ||
        one.time - other.time,
    );
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
    const nothing = variable === ROW_COUNT ? null : 0;
    const bucket: Bucket = {
      variable,
      device,
      flag,
      cell,
      time,
      n: 0,
      sum: nothing,
      sumOfSquares: nothing,
      min: null,
      max: null,
      firstTime: Infinity,
      lastTime: -Infinity,
    };
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

function variableOf({ name, role, type }: RowColumn, index: number, rows: RolledRows): RolledVariable | undefined {
  const own = rows.values[index];
  if (
    role !== 'variable' ||
    own === undefined ||
    own instanceof Int32Array ||
    type === 'boolean' ||
    type === 'timestamp'
  ) {
    return undefined;
  }
  const beside = (wanted: string): ColumnValues | undefined =>
    rows.values[rows.columns.findIndex((column) => column.name === wanted)];
  const flags = beside(`${name}_qc`);
  const notNumbers = beside(nanColumn(name).name);
  return {
    name,
    isThere: (row) =>
      own instanceof BigInt64Array ? own[row] !== NULL_BIGINT : !Number.isNaN(own[row]) || notNumbers?.[row] === 1,
    valueOf: (row) => Number(own[row]),
    flagOf: (row) => {
      const flag = flags?.[row];
      return flag === undefined || flag === NULL_BIGINT || Number.isNaN(flag) ? null : Number(flag);
    },
  };
}

/** NaN ranks above every number, as in DuckDB. */
function addValue(bucket: Bucket, value: number): void {
  bucket.sum = (bucket.sum ?? 0) + value;
  bucket.sumOfSquares = (bucket.sumOfSquares ?? 0) + value * value;
  if (bucket.min === null || Number.isNaN(bucket.min) || value < bucket.min) bucket.min = value;
  if (bucket.max === null || Number.isNaN(value) || value > bucket.max) bucket.max = value;
}

/** By UTF-8 bytes; null last. */
function compareTexts(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

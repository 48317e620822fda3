import { dateOfDay, dayNumberOf, formatPartition } from '@tidelake/lake-format';

/** Number of days the key of a partition has room for; times from 1990 to far beyond now fit. */
const DAYS = 2 ** 24;
const MICROS_PER_MS = 1000;

/** Numbers the partitions that rows fall in: one for each station and UTC day. */
export class PartitionIndex {
  readonly #byKey = new Map<number, number>();
  readonly #stations: number[] = [];
  readonly #days: number[] = [];
  #lastKey = -1;
  #lastPartition = -1;

  get size(): number {
    return this.#days.length;
  }

  /**
   * The number of the partition of a row, a new one where it is the first of its station and day.
   * @param station number of the station
   * @param timeMicros UTC microseconds, not before 1970
   */
  of(station: number, timeMicros: number): number {
    const key = station * DAYS + dayNumberOf(timeMicros / MICROS_PER_MS);
    if (key === this.#lastKey) return this.#lastPartition;
    let partition = this.#byKey.get(key);
    if (partition === undefined) {
      partition = this.size;
      this.#byKey.set(key, partition);
      this.#stations.push(station);
      this.#days.push(key % DAYS);
    }
    this.#lastKey = key;
    this.#lastPartition = partition;
    return partition;
  }

  /** The number of a partition's station. */
  stationOf(partition: number): number {
    return this.#stations[partition] ?? 0;
  }

  /** The UTC day of a partition, in days since 1970-01-01. */
  dayOf(partition: number): number {
    return this.#days[partition] ?? 0;
  }
}

/** The folder of a station's day below the lake's root: `station=…/year=…/month=…/day=…`. */
export function folderOfDay(stationId: string, dayNumber: number): string {
  const { year, month, day } = dateOfDay(dayNumber);
  return [
    { key: 'station', value: stationId },
    { key: 'year', value: String(year).padStart(4, '0') },
    { key: 'month', value: String(month).padStart(2, '0') },
    { key: 'day', value: String(day).padStart(2, '0') },
  ]
    .map(formatPartition)
    .join('/');
}

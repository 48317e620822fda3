import { ROW_COUNT } from '@tidelake/lake-format';

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

/** A bucket of no value. */
export function emptyBucket(place: Pick<Bucket, 'variable' | 'device' | 'flag' | 'cell' | 'time'>): Bucket {
  const nothing = place.variable === ROW_COUNT ? null : 0;
  return {
    ...place,
    n: 0,
    sum: nothing,
    sumOfSquares: nothing,
    min: null,
    max: null,
    firstTime: Infinity,
    lastTime: -Infinity,
  };
}

/** Adds to the sums of a bucket. */
export function addSums(bucket: Bucket, sum: number, sumOfSquares: number): void {
  bucket.sum = (bucket.sum ?? 0) + sum;
  bucket.sumOfSquares = (bucket.sumOfSquares ?? 0) + sumOfSquares;
}

/** Widens the span of a bucket's values. NaN ranks above every number, as in DuckDB. */
export function addEnds(bucket: Bucket, min: number, max: number): void {
  if (bucket.min === null || Number.isNaN(bucket.min) || min < bucket.min) bucket.min = min;
  if (bucket.max === null || Number.isNaN(max) || max > bucket.max) bucket.max = max;
}

/** Buckets by variable, device, flag, cell and time; what is null comes last. */
export function sortedBuckets(buckets: Iterable<Bucket>): Bucket[] {
  return [...buckets].sort(
    (one, other) =>
      compareTexts(one.variable, other.variable) ||
      compareTexts(one.device, other.device) ||
      (one.flag ?? Infinity) - (other.flag ?? Infinity) ||
      compareTexts(one.cell, other.cell) ||
      one.time - other.time,
  );
}

/** By UTF-8 bytes; null last. */
function compareTexts(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

import { addEnds, addSums, emptyBucket, sortedBuckets, type Bucket } from './bucket';

const MICROS_PER_DAY = 86_400_000_000;

/** Merges the hours of one station into days. Nothing is lost but the hours: all that a bucket holds can be merged exactly. */
export class DayBuckets {
  readonly #days = new Map<string, Bucket>();

  /** Adds an hour. Those of a day have to come in the order of time, so that the same rows give the same sums, bit by bit. */
  add(hour: Bucket): void {
    const { variable, device, flag, cell } = hour;
    const time = Math.floor(hour.time / MICROS_PER_DAY) * MICROS_PER_DAY;
    const key = JSON.stringify([variable, device, flag, cell, time]);
    let day = this.#days.get(key);
    if (day === undefined) this.#days.set(key, (day = emptyBucket({ variable, device, flag, cell, time })));
    day.n += hour.n;
    day.firstTime = Math.min(day.firstTime, hour.firstTime);
    day.lastTime = Math.max(day.lastTime, hour.lastTime);
    if (hour.sum !== null && hour.sumOfSquares !== null) addSums(day, hour.sum, hour.sumOfSquares);
    if (hour.min !== null && hour.max !== null) addEnds(day, hour.min, hour.max);
  }

  /** The days in their order. */
  sorted(): Bucket[] {
    return sortedBuckets(this.#days.values());
  }
}

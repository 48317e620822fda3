const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A window of time in equal steps, or in whole calendar months. */
export interface TimeBins {
  /** The step as DuckDB's `INTERVAL` takes it, such as `6 hours`. */
  interval: string;
  /** Begin of each bin, UTC milliseconds; the first one may lie before the window. */
  starts: number[];
  /** End of the last bin, UTC milliseconds. */
  end: number;
}

// Where `time_bucket` begins to count: a Monday for days and less, a January for months (DuckDB 1.4, as in TimescaleDB).
const DAY_ORIGIN = Date.UTC(2000, 0, 3);
const MONTH_ORIGIN = 2000 * 12;

const STEPS: { interval: string; length: number }[] = [
  ...[1, 5, 10, 15, 30].map((count) => ({ interval: `${count} minutes`, length: count * MINUTE })),
  ...[1, 3, 6, 12].map((count) => ({ interval: `${count} hours`, length: count * HOUR })),
  ...[1, 2, 7, 14].map((count) => ({ interval: `${count} days`, length: count * DAY })),
];
const MONTHS = [1, 3, 6, 12, 60, 120, 1200];

/**
 * Divides a window as DuckDB's `time_bucket(INTERVAL …, time)` does, into the shortest of the customary steps that give no
 * more than so many bins.
 * @param from begin of the window, UTC milliseconds
 * @param to its end, excluded
 */
export function timeBins(from: number, to: number, most = 62): TimeBins {
  for (const { interval, length } of STEPS) {
    const first = DAY_ORIGIN + Math.floor((from - DAY_ORIGIN) / length) * length;
    const count = Math.ceil((to - first) / length);
    if (count > most) continue;
    return {
      interval: singular(interval),
      starts: Array.from({ length: count }, (_, index) => first + index * length),
      end: first + count * length,
    };
  }
  return monthBins(from, to, most);
}

/** Begin and end of a bin, UTC milliseconds. */
export function binEnds({ starts, end }: TimeBins, bin: number): [from: number, to: number] {
  return [starts[bin] ?? end, starts[bin + 1] ?? end];
}

/** The bin that a time lies in; undefined where it lies in none. */
export function binAt({ starts, end }: TimeBins, timeMs: number): number | undefined {
  const bin = starts.findLastIndex((start) => start <= timeMs);
  return bin < 0 || timeMs >= end ? undefined : bin;
}

function monthBins(from: number, to: number, most: number): TimeBins {
  const months = (timeMs: number) => {
    const date = new Date(timeMs);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  };
  const plan = (length: number) => {
    const first = MONTH_ORIGIN + Math.floor((months(from) - MONTH_ORIGIN) / length) * length;
    return { length, first, count: Math.floor((months(to - 1) - first) / length) + 1 };
  };
  const plans = MONTHS.map(plan);
  const { length, first, count } = plans.find((each) => each.count <= most) ?? plan(12_000);
  return {
    interval: singular(`${length} months`),
    starts: Array.from({ length: count }, (_, index) => monthStart(first + index * length)),
    end: monthStart(first + count * length),
  };
}

/** UTC milliseconds at which a month begins, counted from January of the year 0. */
function monthStart(month: number): number {
  // Date.UTC reads the years 0 to 99 as those of the last century.
  return new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1);
}

function singular(interval: string): string {
  return interval.replace(/^1 (\w+)s$/, '1 $1');
}

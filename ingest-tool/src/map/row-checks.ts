/** Nothing is believed to have been measured before: no logger of the kinds read here is older. 1990-01-01 UTC, µs. */
const EARLIEST_MICROS = Date.UTC(1990, 0, 1) * 1000;
const DAY_MICROS = 86_400_000_000;

/**
 * What is wrong with the time of an observation; undefined where nothing is.
 * @param time UTC microseconds, NaN where absent
 * @param received when the message arrived, UTC microseconds, NaN where unknown
 * @param now UTC microseconds
 */
export function timeProblem(time: number, received: number, now: number): string | undefined {
  if (Number.isNaN(time)) return 'the time is absent, or zero';
  if (time < EARLIEST_MICROS) return `${isoOf(time)} is before 1990`;
  const limit = Number.isNaN(received) ? now : received;
  if (time <= limit + DAY_MICROS) return undefined;
  return `${isoOf(time)} is more than a day after ${Number.isNaN(received) ? 'now' : `it was received at ${isoOf(received)}`}`;
}

/**
 * What is wrong with a position; undefined where nothing is. NaN stands for null, which is no problem.
 * @param latitude WGS84 degrees
 * @param longitude WGS84 degrees
 */
export function positionProblem(latitude: number, longitude: number): string | undefined {
  if (latitude < -90 || latitude > 90) return `latitude ${latitude} is outside -90 … 90`;
  if (longitude < -180 || longitude > 180) return `longitude ${longitude} is outside -180 … 180`;
  return undefined;
}

/** A time for people; a time that no calendar has is given as it is. */
function isoOf(micros: number): string {
  return Math.abs(micros) < 8.64e18 ? new Date(micros / 1000).toISOString() : `${micros} µs`;
}

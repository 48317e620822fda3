import type { CheckedRows } from './checked-rows';
import { MICROS_PER_SECOND, type SeriesValues } from './qartod/series';
import type { QcContext } from './qc-context';

/**
 * What the flags of the day after need of a day: the last rows of each device, as far back as the context of a point may reach. All
 * of them where a test looks at the whole series.
 * @param end the first instant of the day after, UTC microseconds
 */
export function trailingRows(rows: CheckedRows, { pointsBefore, secondsBefore }: QcContext, end: number): CheckedRows {
  const earliest = end - secondsBefore * MICROS_PER_SECOND;
  const kept = [...rows.devices].map(([device, places]) => {
    let first = Math.max(0, places.length - Math.max(1, pointsBefore));
    while (first > 0 && (rows.times[places[first] ?? 0] ?? Number.NaN) > earliest) first--;
    return [device, places.subarray(first)] as const;
  });
  const count = kept.reduce((sum, [, places]) => sum + places.length, 0);
  if (count * 2 > rows.times.length) return rows;
  const order = new Uint32Array(count);
  kept.reduce((at, [, places]) => (order.set(places, at), at + places.length), 0);
  order.sort();
  const newPlaces = new Map(Array.from(order, (place, index) => [place, index]));
  const picked = (series: SeriesValues | undefined): SeriesValues | undefined => series && pick(series, order);
  return {
    times: Float64Array.from(order, (place) => rows.times[place] ?? Number.NaN),
    receiveTimes: picked(rows.receiveTimes),
    latitudes: picked(rows.latitudes),
    longitudes: picked(rows.longitudes),
    depths: picked(rows.depths),
    variables: new Map([...rows.variables].map(([name, series]) => [name, pick(series, order)])),
    devices: new Map(kept.map(([device, places]) => [device, places.map((place) => newPlaces.get(place) ?? 0)])),
  };
}

function pick(series: SeriesValues, order: Uint32Array): SeriesValues {
  const own = series instanceof Float32Array ? new Float32Array(order.length) : new Float64Array(order.length);
  for (let row = 0; row < order.length; row++) own[row] = series[order[row] ?? 0] ?? Number.NaN;
  return own;
}

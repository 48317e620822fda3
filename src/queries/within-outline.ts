import { sqlName } from './sql-text';

/** Corners in degrees, longitude first; those of an outline over the antimeridian go on past ±180. */
export type Outline = readonly (readonly [longitude: number, latitude: number])[];

/**
 * The condition of lying within an outline, by the even-odd rule on the flat map, as `insideTest` has it: a ray to the east
 * crosses an odd number of its edges `[x1, y1, x2, y2]`. Rows without a position do not.
 */
export function withinOutline(ring: Outline, columns: { longitude: string; latitude: string }): string {
  const [longitude, latitude] = [besideSql(ring, sqlName(columns.longitude)), sqlName(columns.latitude)];
  const edges = ring.map(([x, y], at) => {
    const [x1, y1] = ring.at(at - 1) ?? [x, y];
    return `[${[x1, y1, x, y].join(', ')}]`;
  });
  const crosses = `(e[2] > ${latitude}) <> (e[4] > ${latitude}) AND ${longitude} < e[1] + (${latitude} - e[2]) / (e[4] - e[2]) * (e[3] - e[1])`;
  return `list_sum(list_transform([${edges.join(', ')}]::DOUBLE[][], lambda e: CASE WHEN ${crosses} THEN 1 ELSE 0 END)) % 2 = 1`;
}

/** A longitude as the one that means the same and is nearest to the outline, which may go on past ±180. */
function besideSql(ring: Outline, longitude: string): string {
  const longitudes = ring.map(([degrees]) => degrees);
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  if (west >= -180 && east <= 180) return longitude;
  const middle = (west + east) / 2;
  return `(${longitude} + 360 * round((${middle} - ${longitude}) / 360))`;
}

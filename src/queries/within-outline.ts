import { sqlName } from './sql-text';

/** Corners of a ring in degrees, longitude first; those of a ring over the antimeridian go on past ±180. */
type Ring = readonly (readonly [longitude: number, latitude: number])[];

/** Rings around the parts of an area and its islands: what an odd number of them goes around is within. */
export type Outline = readonly Ring[];

/**
 * The condition of lying within an outline, by the even-odd rule on the flat map, as `insideTest` has it: a ray to the east
 * crosses an odd number of its edges `[x1, y1, x2, y2, middle]`. Longitudes are taken as those that mean the same and are nearest
 * to the middle of the edge's ring. Rows without a position do not lie within it.
 */
export function withinOutline(outline: Outline, columns: { longitude: string; latitude: string }): string {
  const [longitude, latitude] = [sqlName(columns.longitude), sqlName(columns.latitude)];
  const beside = `${longitude} + 360 * round((e[5] - ${longitude}) / 360)`;
  const crosses = `(e[2] > ${latitude}) <> (e[4] > ${latitude}) AND ${beside} < e[1] + (${latitude} - e[2]) / (e[4] - e[2]) * (e[3] - e[1])`;
  return `list_sum(list_transform([${outline.flatMap(edgesOf).join(', ')}]::DOUBLE[][], lambda e: CASE WHEN ${crosses} THEN 1 ELSE 0 END)) % 2 = 1`;
}

function edgesOf(ring: Ring): string[] {
  const longitudes = ring.map(([longitude]) => longitude);
  const middle = (Math.min(...longitudes) + Math.max(...longitudes)) / 2;
  return ring.map(([x, y], at) => {
    const [x1, y1] = ring.at(at - 1) ?? [x, y];
    return `[${[x1, y1, x, y, middle].join(', ')}]`;
  });
}

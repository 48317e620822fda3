import type { MultiLineString, MultiPolygon, Position } from 'geojson';

/**
 * The outlines of polygons that were cut at the antimeridian: their rings without the edges that the cut put in, along ±180° and
 * around the poles.
 */
export function outlineOf({ coordinates }: MultiPolygon): MultiLineString {
  return { type: 'MultiLineString', coordinates: coordinates.flat().flatMap(splitAtCuts) };
}

function splitAtCuts(ring: Position[]): Position[][] {
  const lines: Position[][] = [];
  let line: Position[] = [];
  for (const at of ring) {
    const before = line.at(-1);
    if (before && isCut(before, at)) {
      lines.push(line);
      line = [];
    }
    line.push(at);
  }
  lines.push(line);
  return lines.filter(({ length }) => length > 1);
}

function isCut([fromLongitude = 0, fromLatitude = 0]: Position, [toLongitude = 0, toLatitude = 0]: Position): boolean {
  const onAntimeridian = Math.abs(fromLongitude) === 180 && Math.abs(toLongitude) === 180;
  const atPole = Math.abs(fromLatitude) === 90 || Math.abs(toLatitude) === 90;
  return onAntimeridian || atPole;
}

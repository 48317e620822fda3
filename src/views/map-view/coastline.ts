import type { Feature, MultiLineString, MultiPolygon, Position } from 'geojson';

/**
 * The coast of land that was cut at the antimeridian: the polygons' rings without the edges that the cut put in, along
 * ±180° and around the South Pole.
 */
export function coastlineOf(land: Feature<MultiPolygon>): Feature<MultiLineString> {
  const rings = land.geometry.coordinates.flat();
  return {
    type: 'Feature',
    properties: {},
    geometry: { type: 'MultiLineString', coordinates: rings.flatMap(splitAtCuts) },
  };
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

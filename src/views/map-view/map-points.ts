/** Points to be drawn on the map; the arrays are equally long but for the colours, which are three bytes a point. */
export interface MapPoints {
  /** Degrees. A point without a position is not drawn. */
  longitude: Float64Array;
  latitude: Float64Array;
  /** Red, green, blue, 0–255. */
  colors: Uint8Array;
  /** Diameter, CSS pixels; 0 hides a point. */
  sizes: Float32Array;
  /** The bin of time in which a point is shown. */
  bins: Float32Array;
}

/** No points at all. */
export const NO_POINTS: MapPoints = {
  longitude: new Float64Array(),
  latitude: new Float64Array(),
  colors: new Uint8Array(),
  sizes: new Float32Array(),
  bins: new Float32Array(),
};

/** Consecutive bins of time, both ends included. */
export interface BinRange {
  first: number;
  last: number;
}

/**
 * Positions as Web Mercator takes them, from 0 to 1 eastwards and southwards, x and y in turn. The poles lie at infinity, so
 * latitudes end a ten-thousandth of a degree before.
 */
export function mercatorPositions({ longitude, latitude }: Pick<MapPoints, 'longitude' | 'latitude'>): Float32Array {
  const positions = new Float32Array(2 * longitude.length);
  for (let index = 0; index < longitude.length; index++) {
    const north = Math.max(-89.9999, Math.min(89.9999, latitude[index] ?? NaN));
    positions[2 * index] = ((longitude[index] ?? NaN) + 180) / 360;
    positions[2 * index + 1] = 0.5 - Math.log(Math.tan(Math.PI / 4 + (north * Math.PI) / 360)) / (2 * Math.PI);
  }
  return positions;
}

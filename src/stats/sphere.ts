/** Mean radius of the Earth, metres (IUGG; that of h3-js too). */
const EARTH_RADIUS = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** A position in degrees: east and north positive. */
export type LongitudeLatitude = [longitude: number, latitude: number];

/** The distance of two positions along the surface of a sphere, metres (haversine; up to 0.5 % off the ellipsoid). */
export function sphereDistance(from: LongitudeLatitude, to: LongitudeLatitude): number {
  const sineLatitude = Math.sin(((to[1] - from[1]) * RADIANS) / 2);
  const sineLongitude = Math.sin(((to[0] - from[0]) * RADIANS) / 2);
  const squared = sineLatitude ** 2 + Math.cos(from[1] * RADIANS) * Math.cos(to[1] * RADIANS) * sineLongitude ** 2;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(squared)));
}

/** A longitude as the one from −180 (included) to 180 degrees that means the same. */
export function wrapLongitude(longitude: number): number {
  const turned = (((longitude + 180) % 360) + 360) % 360;
  return turned - 180;
}

/** The longitude that means the same as another and is nearest to `beside`, so that a line between the two is the short one. */
export function longitudeBeside(longitude: number, beside: number): number {
  return longitude + 360 * Math.round((beside - longitude) / 360);
}

/**
 * The shortest way between two positions, as a flat map draws it: the ends and points on the great circle between, at most
 * `step` metres apart. Longitudes go on past ±180 rather than jump.
 */
export function greatCirclePath(from: LongitudeLatitude, to: LongitudeLatitude, step = 100_000): LongitudeLatitude[] {
  const distance = sphereDistance(from, to);
  const pieces = Math.min(256, Math.max(1, Math.ceil(distance / step)));
  const [first, last] = [unitVector(from), unitVector(to)];
  const angle = distance / EARTH_RADIUS;
  const path: LongitudeLatitude[] = [from];
  let before = from[0];
  for (let piece = 1; piece <= pieces; piece++) {
    const at = piece === pieces ? to : between(first, last, angle, piece / pieces);
    before = longitudeBeside(at[0], before);
    path.push([before, at[1]]);
  }
  return path;
}

function between(first: number[], last: number[], angle: number, share: number): LongitudeLatitude {
  const scale = Math.sin(angle);
  const [left, right] = [Math.sin((1 - share) * angle) / scale, Math.sin(share * angle) / scale];
  const [x = 0, y = 0, z = 0] = first.map((value, axis) => left * value + right * (last[axis] ?? 0));
  return [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
}

function unitVector([longitude, latitude]: LongitudeLatitude): number[] {
  const across = Math.cos(latitude * RADIANS);
  return [across * Math.cos(longitude * RADIANS), across * Math.sin(longitude * RADIANS), Math.sin(latitude * RADIANS)];
}

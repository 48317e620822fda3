import { wrapLongitude } from '../../stats/sphere';

/** How far from a mark pointing still means it, CSS pixels. */
const REACH = 14;

/** What of the map is needed to find marks. */
export interface MapPlane {
  project(position: [longitude: number, latitude: number]): { x: number; y: number };
  unproject(point: [x: number, y: number]): { lng: number; lat: number };
}

/**
 * The index of the mark nearest to a point of the screen, within reach.
 * @param isShown whether a mark can be pointed at now
 */
export function nearestMark(
  plane: MapPlane,
  [x, y]: [x: number, y: number],
  longitude: ArrayLike<number>,
  latitude: ArrayLike<number>,
  isShown: (index: number) => boolean,
): number | undefined {
  const centre = plane.unproject([x, y]);
  const corners = [plane.unproject([x + REACH, y + REACH]), plane.unproject([x - REACH, y - REACH])];
  const tall = Math.max(...corners.map(({ lat }) => Math.abs(lat - centre.lat)));
  const wide = Math.max(...corners.map(({ lng }) => Math.abs(wrapLongitude(lng - centre.lng))));
  let [found, least]: [number | undefined, number] = [undefined, REACH];
  for (let index = 0; index < longitude.length; index++) {
    const [east = NaN, north = NaN] = [longitude[index], latitude[index]];
    // Projecting is slow beside comparing, and nearly all marks are elsewhere.
    if (!(Math.abs(north - centre.lat) <= tall)) continue;
    const away = wrapLongitude(east - centre.lng);
    if (!(Math.abs(away) <= wide) || !isShown(index)) continue;
    const at = plane.project([centre.lng + away, north]);
    const distance = Math.hypot(at.x - x, at.y - y);
    if (distance < least) [found, least] = [index, distance];
  }
  return found;
}

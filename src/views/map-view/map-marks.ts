import type { Map as MapLibreMap } from 'maplibre-gl';
import type { LongitudeLatitude } from '../../stats/sphere';
import type { BinRange, MapPoints } from './map-points';
import { nearestMark } from './nearest-mark';
import { polarShapeAt } from './polar-shapes';
import type { ScreenPoint } from './selection-gesture';

/** What is pointed at: a button, a point or an area, by its index. */
export interface PointedMark {
  kind: 'station' | 'point' | 'area';
  index: number;
}

/** What is drawn that can be pointed at. */
export interface DrawnMarks {
  points: MapPoints | undefined;
  /** The bins of time that are shown. */
  range: BinRange;
  areaRings: readonly (readonly LongitudeLatitude[])[];
  /** A colour an area; an area without one is hidden. */
  areaColors: readonly (string | undefined)[];
  /** The middle of an area. */
  areaCentre: (index: number) => LongitudeLatitude | undefined;
}

/** The point or area at a place of the screen. */
export function markAt(map: MapLibreMap, marks: DrawnMarks, at: ScreenPoint): PointedMark | undefined {
  const { points, areaColors } = marks;
  if (points) {
    const index = nearestMark(map, at, points.longitude, points.latitude, (point) => isPointShown(marks, point));
    if (index !== undefined) return { kind: 'point', index };
  }
  if (areaColors.length === 0) return undefined;
  const [found] = map.queryRenderedFeatures(at, { layers: ['areas'] });
  const { lng, lat } = map.unproject(at);
  const area = polarShapeAt(marks.areaRings, [lng, lat]) ?? found?.id;
  return typeof area === 'number' && areaColors[area] !== undefined ? { kind: 'area', index: area } : undefined;
}

/** The points and areas that are seen, from west to east. */
export function seenMarks(map: MapLibreMap, marks: DrawnMarks): { mark: PointedMark; at: ScreenPoint }[] {
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const seen: { mark: PointedMark; at: ScreenPoint }[] = [];
  const add = (mark: PointedMark, position: LongitudeLatitude | undefined) => {
    if (!position || position.some(Number.isNaN)) return;
    const { x, y } = map.project(position);
    if (x >= 0 && y >= 0 && x <= width && y <= height) seen.push({ mark, at: [x, y] });
  };
  const { points } = marks;
  for (let index = 0; points && index < points.sizes.length; index++) {
    if (!isPointShown(marks, index)) continue;
    add({ kind: 'point', index }, [points.longitude[index] ?? NaN, points.latitude[index] ?? NaN]);
  }
  for (const [index, color] of marks.areaColors.entries()) {
    if (color !== undefined) add({ kind: 'area', index }, marks.areaCentre(index));
  }
  return seen.sort((left, right) => left.at[0] - right.at[0]);
}

function isPointShown({ points, range }: DrawnMarks, index: number): boolean {
  const bin = points?.bins[index] ?? 0;
  return (points?.sizes[index] ?? 0) > 0 && bin >= range.first && bin <= range.last;
}

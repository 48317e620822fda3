import type { Feature, FeatureCollection, LineString, Position } from 'geojson';
import { insideTest } from '../../stats/polygon';
import type { LongitudeLatitude } from '../../stats/sphere';
import type { TrackProperties } from './tracks';

/** Beyond this latitude tiles have nothing: what is there they would draw along their edge, and a globe stretch it to the pole. */
const LAST_LATITUDE = 85;

const isBeyond = ([, latitude = 0]: Position) => Math.abs(latitude) > LAST_LATITUDE;

/** Whether part of a shape lies where tiles have nothing. */
export function isPolar(ring: readonly LongitudeLatitude[]): boolean {
  return ring.some(isBeyond);
}

/** The triangles of a shape near a pole, around its middle, which it bulges away from. @param ring closed, as for a flat map */
export function polarTriangles(ring: readonly LongitudeLatitude[]): LongitudeLatitude[][] {
  // A flat map's way along the edge of the pole is no edge on a globe.
  const corners = ring.slice(0, -1).filter(([, latitude]) => Math.abs(latitude) < 90);
  const middle = middleOf(corners);
  return corners.map((corner, at) => [middle, corners.at(at - 1) ?? corner, corner]);
}

/** Which of some shapes a place near a pole lies in; undefined elsewhere. @param rings closed, as for a flat map */
export function polarShapeAt(
  rings: readonly (readonly LongitudeLatitude[])[],
  place: LongitudeLatitude,
): number | undefined {
  if (!isBeyond(place)) return undefined;
  const isNear = ([, latitude]: LongitudeLatitude) => latitude * place[1] > 0 && Math.abs(latitude) < 90;
  const [x, y] = fromPole(place);
  const found = rings.findIndex(
    (ring) => isPolar(ring) && ring.some(isNear) && insideTest([[ring.filter(isNear).map(fromPole)]])(x, y),
  );
  return found < 0 ? undefined : found;
}

/** Where a place lies as seen from above its pole, degrees of arc. */
function fromPole([longitude, latitude]: LongitudeLatitude): LongitudeLatitude {
  const [away, angle] = [90 - Math.abs(latitude), (longitude * Math.PI) / 180];
  return [away * Math.cos(angle), away * Math.sin(angle)];
}

/** A step of a track near a pole. */
export interface PolarStep extends TrackProperties {
  from: LongitudeLatitude;
  to: LongitudeLatitude;
}

/** Tracks as far as tiles go, and their steps beyond. */
export function splitAtPoles({ features }: FeatureCollection<LineString, TrackProperties>): {
  lines: FeatureCollection<LineString, TrackProperties>;
  steps: PolarStep[];
} {
  const lines: Feature<LineString, TrackProperties>[] = [];
  const steps: PolarStep[] = [];
  for (const feature of features) {
    const { properties, geometry } = feature;
    if (!geometry.coordinates.some(isBeyond)) {
      lines.push(feature);
      continue;
    }
    let run: Position[] = [];
    const end = () => {
      if (run.length > 1) lines.push({ ...feature, geometry: { type: 'LineString', coordinates: run } });
      run = [];
    };
    for (const [at, position] of geometry.coordinates.entries()) {
      const before = geometry.coordinates[at - 1];
      if (before && (isBeyond(before) || isBeyond(position))) {
        steps.push({ from: placeOf(before), to: placeOf(position), bin: properties.bin });
      }
      if (isBeyond(position)) end();
      else run.push(position);
    }
    end();
  }
  return { lines: { type: 'FeatureCollection', features: lines }, steps };
}

function placeOf([longitude = NaN, latitude = NaN]: Position): LongitudeLatitude {
  return [longitude, latitude];
}

/** The direction of the mean of places as vectors from the middle of the Earth. */
function middleOf(places: readonly LongitudeLatitude[]): LongitudeLatitude {
  const [radians, sum] = [Math.PI / 180, { x: 0, y: 0, z: 0 }];
  for (const [longitude, latitude] of places) {
    const flat = Math.cos(latitude * radians);
    sum.x += flat * Math.cos(longitude * radians);
    sum.y += flat * Math.sin(longitude * radians);
    sum.z += Math.sin(latitude * radians);
  }
  return [Math.atan2(sum.y, sum.x) / radians, Math.atan2(sum.z, Math.hypot(sum.x, sum.y)) / radians];
}

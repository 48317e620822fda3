import type { Feature, FeatureCollection, MultiPolygon } from 'geojson';
import { insideTest, type Polygon as PolygonRings } from '../../stats/polygon';
import { type LongitudeLatitude, longitudeBeside } from '../../stats/sphere';

/** A zone’s number and what it is called. */
export interface ZoneProperties {
  index: number;
  name: string;
}

export type Zone = Feature<MultiPolygon, ZoneProperties>;
export type ZoneCollection = FeatureCollection<MultiPolygon, ZoneProperties>;

export const NO_ZONES: ZoneCollection = { type: 'FeatureCollection', features: [] };

/** Keys of properties that hold a zone's name in what people publish, best first. */
const NAME_KEYS = ['name', 'NAME', 'Name', 'title', 'label', 'id', 'ID'];
/** Corners in all; beyond, drawing and testing would make the page wait. */
const MOST_CORNERS = 2_000_000;

/**
 * Reads zones from a GeoJSON text: polygons and multipolygons in degrees, of a feature collection, a feature or a bare
 * geometry. Everything else in it is passed over; rings over the antimeridian go on past ±180.
 * @throws Error with words for the reader where there is no zone in it
 */
export function readZones(text: string): ZoneCollection {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('The file is not JSON. Zones are read from GeoJSON (RFC 7946) in degrees.');
  }
  const features = featuresOf(json).flatMap(({ geometry, properties }) => {
    const polygons = polygonsOf(geometry);
    return polygons.length === 0 ? [] : [{ polygons, properties }];
  });
  if (features.length === 0) {
    throw new Error('The file holds no polygon. Zones are Polygon or MultiPolygon features of GeoJSON, in degrees.');
  }
  const corners = features.reduce(
    (sum, { polygons }) => sum + polygons.flat().reduce((inner, ring) => inner + ring.length, 0),
    0,
  );
  if (corners > MOST_CORNERS) {
    throw new Error(`The zones have ${corners} corners, more than ${MOST_CORNERS}. Simplify them and try again.`);
  }
  return {
    type: 'FeatureCollection',
    features: features.map(({ polygons, properties }, index) => ({
      type: 'Feature',
      properties: { index, name: nameOf(properties) ?? `Zone ${index + 1}` },
      geometry: { type: 'MultiPolygon', coordinates: polygons },
    })),
  };
}

/** A test for lying in a zone. */
export function zoneTest({ geometry }: Zone): (longitude: number, latitude: number) => boolean {
  return insideTest(zonePolygons(geometry));
}

/** The polygons of a zone, as pure functions take them. */
export function zonePolygons({ coordinates }: MultiPolygon): PolygonRings[] {
  return coordinates.map((rings) =>
    rings.map((ring) => ring.map(([longitude = NaN, latitude = NaN]): LongitudeLatitude => [longitude, latitude])),
  );
}

/** The ways around the parts and islands of a zone. */
export function zoneOutline({ geometry }: Zone): LongitudeLatitude[][] {
  return zonePolygons(geometry).flatMap((rings) => rings.map((ring) => ring.slice(0, -1)));
}

function featuresOf(json: unknown): { geometry: unknown; properties: unknown }[] {
  if (!isRecord(json)) return [];
  if (json['type'] === 'FeatureCollection' && Array.isArray(json['features']))
    return json['features'].flatMap(featuresOf);
  if (json['type'] === 'Feature') return [{ geometry: json['geometry'], properties: json['properties'] }];
  return [{ geometry: json, properties: undefined }];
}

function polygonsOf(geometry: unknown): LongitudeLatitude[][][] {
  if (!isRecord(geometry)) return [];
  const { type, coordinates, geometries } = geometry;
  if (type === 'GeometryCollection' && Array.isArray(geometries)) return geometries.flatMap(polygonsOf);
  if (!Array.isArray(coordinates)) return [];
  if (type === 'Polygon') return [ringsOf(coordinates)].filter(({ length }) => length > 0);
  if (type === 'MultiPolygon') return coordinates.map(ringsOf).filter(({ length }) => length > 0);
  return [];
}

/** The rings of a polygon that are such; a polygon whose outer ring is none has none. */
function ringsOf(coordinates: unknown): LongitudeLatitude[][] {
  if (!Array.isArray(coordinates)) return [];
  const rings = coordinates.map(ringOf);
  return (rings[0]?.length ?? 0) < 4 ? [] : rings.filter(({ length }) => length >= 4);
}

function ringOf(coordinates: unknown): LongitudeLatitude[] {
  if (!Array.isArray(coordinates)) return [];
  const ring: LongitudeLatitude[] = [];
  let given = NaN;
  for (const position of coordinates) {
    const [longitude, latitude]: unknown[] = Array.isArray(position) ? position : [];
    if (typeof longitude !== 'number' || typeof latitude !== 'number') return [];
    if (!(Math.abs(longitude) <= 540) || !(Math.abs(latitude) <= 90)) return [];
    const before = ring.at(-1);
    // From one edge of the map to the other a ring goes around the world; any other edge takes the short way.
    const around = Math.abs(longitude - given) >= 359.9;
    ring.push([before && !around ? longitudeBeside(longitude, before[0]) : longitude, latitude]);
    given = longitude;
  }
  return ring;
}

function nameOf(properties: unknown): string | undefined {
  if (!isRecord(properties)) return undefined;
  for (const key of NAME_KEYS) {
    const value = properties[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 120);
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { formatRing, parseRing } from '../stats/outline';
import type { LongitudeLatitude } from '../stats/sphere';
import { readZones, type ZoneCollection, zonePolygons } from '../views/map-view/zones';
import { decodeText, encodeText } from './link-text';

/** Characters of zones that a link carries; larger ones stay with whoever has the file. */
const MOST_CHARACTERS = 4000;
/** Decimals of a degree that are carried: some ten metres. */
const DECIMALS = 4;

/** Between zones; between the polygons of one; between its name and the rings of a polygon. */
const [ZONE, POLYGON, RING] = ['*', '!', ';'];

/** Zones as a link carries them, each with a name of its own; undefined where they are too large for one. */
export function formatZones({ features }: ZoneCollection): string | undefined {
  const corners = features.reduce((sum, { geometry }) => sum + geometry.coordinates.flat(2).length, 0);
  if (corners > MOST_CHARACTERS) return undefined;
  const names = new Map<string, number>();
  const text = features.map(({ properties: { name }, geometry }) => {
    const same = (names.get(name) ?? 0) + 1;
    names.set(name, same);
    const polygons = zonePolygons(geometry).map((rings) => rings.map(formatClosed).join(RING));
    return `${encodeName(same === 1 ? name : `${name} (${same})`)}${RING}${polygons.join(POLYGON)}`;
  });
  const whole = text.join(ZONE);
  return whole.length > MOST_CHARACTERS ? undefined : whole;
}

/** Reads what {@link formatZones} writes; undefined where it is nothing of the kind. */
export function parseZones(text: string): ZoneCollection | undefined {
  if (text.length > 2 * MOST_CHARACTERS) return undefined;
  const features = text.split(ZONE).map((zone) => {
    const at = zone.indexOf(RING);
    const polygons = zone.slice(at + 1).split(POLYGON);
    const coordinates = polygons.map((rings) => rings.split(RING).map(parseClosed));
    return {
      type: 'Feature',
      properties: { name: decodeText(zone.slice(0, Math.max(0, at))) },
      geometry: { type: 'MultiPolygon', coordinates },
    };
  });
  const isRead = features.every(
    ({ properties, geometry }) => properties.name && !geometry.coordinates.flat().includes(undefined),
  );
  return isRead ? readZones(JSON.stringify({ type: 'FeatureCollection', features })) : undefined;
}

/** The ring without the corner that closes it. */
function formatClosed(ring: readonly LongitudeLatitude[]): string {
  const round = (degrees: number) => Number(degrees.toFixed(DECIMALS)) + 0;
  return formatRing(ring.slice(0, -1).map(([longitude, latitude]) => [round(longitude), round(latitude)]));
}

function parseClosed(text: string): LongitudeLatitude[] | undefined {
  const ring = parseRing(text, MOST_CHARACTERS);
  return ring && [...ring, ...ring.slice(0, 1)];
}

/** `encodeURIComponent` leaves some of the characters as they are that stand between zones here. */
function encodeName(name: string): string {
  return encodeText(name).replaceAll('*', '%2A').replaceAll('!', '%21');
}

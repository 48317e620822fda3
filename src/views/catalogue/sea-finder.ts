import { readZones, zoneTest } from '../map-view/zones';

/**
 * A finder of the sea that a position in degrees lies in, by the first of the zones that holds it.
 * @param text GeoJSON of named zones
 * @throws Error where there is no zone in it
 */
export function seaFinder(text: string): (longitude: number, latitude: number) => string | undefined {
  const seas = readZones(text).features.map((zone) => ({ name: zone.properties.name, isInside: zoneTest(zone) }));
  return (longitude, latitude) => seas.find(({ isInside }) => isInside(longitude, latitude))?.name;
}

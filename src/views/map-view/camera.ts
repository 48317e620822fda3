import { wrapLongitude } from '../../stats/sphere';

/** Where the map looks: its zoom, as MapLibre counts it, and the middle of the picture in degrees. */
export interface Camera {
  zoom: number;
  latitude: number;
  longitude: number;
}

/** Tiles of this many pixels make the world at zoom 0. */
const TILE_PIXELS = 512;

/** A camera in as many decimals as a pixel of its zoom needs, as links carry it. */
export function roundedCamera({ zoom, latitude, longitude }: Camera): Camera {
  const decimals = Math.max(0, Math.ceil(Math.log10((TILE_PIXELS * 2 ** zoom) / 360)));
  const round = (value: number, places: number) => Number(value.toFixed(places)) + 0;
  return {
    zoom: round(zoom, 2),
    latitude: round(latitude, decimals),
    longitude: round(wrapLongitude(longitude), decimals),
  };
}

/** Writes `zoom/latitude/longitude`, the order that links to maps have everywhere. */
export function formatCamera({ zoom, latitude, longitude }: Camera): string {
  return [zoom, latitude, longitude].join('/');
}

/** Reads `zoom/latitude/longitude`; undefined where it is none. */
export function parseCamera(text: string): Camera | undefined {
  const parts = text.split('/').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [zoom = NaN, latitude = NaN, longitude = NaN] = parts;
  const fits = zoom >= -2 && zoom <= 24 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return fits && parts.length === 3 ? { zoom, latitude, longitude } : undefined;
}

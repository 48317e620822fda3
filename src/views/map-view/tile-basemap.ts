import type { GeoJSONSourceSpecification } from 'maplibre-gl';
import type { Theme } from '../color-ramp';
import type { DrawnMap } from './basemap';
import { MAP_COLORS } from './map-colors';
import { DEPTH_LAYERS, GRATICULE_LAYERS, MOST_ZOOM } from './map-style';
import type { TileArchive } from './tile-archive';
import { TILE_GROUND, TILE_SOURCE, tileLayers, tileSource } from './tile-style';

/** An archive of tiles that the map is drawn from. */
export interface TileBasemap {
  /** Recolours it. */
  paint(theme: Theme): void;
  /** Gives the site's own land back. */
  remove(): void;
}

/** As far as tiles are stretched beyond their last zoom, and how near one comes at most. */
const STRETCHED = 3;
const NEAREST = 20;

let archives = 0;

/**
 * Draws a map from an archive's tiles, below the data; where the archive has nothing, the site's own land stays.
 * @param onproblem hears of tiles that could not be had
 */
export function addTileBasemap(
  { library, map }: DrawnMap,
  archive: TileArchive,
  theme: Theme,
  onproblem: (problem: string) => void,
): TileBasemap {
  // A name of its own for each keeps tiles of one that was shown before out of this one.
  const scheme = `pmtiles-${++archives}`;
  library.addProtocol(scheme, async ({ url }, { signal }) => {
    const [zoom = 0, x = 0, y = 0] = url.split('/').slice(-3).map(Number);
    const tile = await archive.tile(zoom, x, y, signal).catch((error: unknown) => {
      if (!signal.aborted) onproblem(`Part of the basemap could not be had: ${String(error)}`);
    });
    return { data: tile ?? new ArrayBuffer(0) };
  });
  map.addSource(TILE_SOURCE, tileSource(archive, `${scheme}://tile/{z}/{x}/{y}`));
  map.addSource(TILE_GROUND, groundSource(archive));
  const { below, above } = tileLayers(archive, MAP_COLORS[theme]);
  for (const layer of below) map.addLayer(layer, 'zone-fills');
  for (const layer of above) map.addLayer(layer, 'zone-edges');
  for (const id of GRATICULE_LAYERS) map.moveLayer(id, 'zone-fills');
  const coasts = ['coast-110m', 'coast-50m'];
  const [ground] = below;
  // Two coasts, one of them coarse, would be one too many.
  if (archive.kind === 'vector' && ground) coasts.forEach((coast) => map.moveLayer(coast, ground.id));
  const land = below.find(({ id }) => id.startsWith('tiles-land'));
  if (land) for (const id of DEPTH_LAYERS) map.moveLayer(id, land.id);
  map.setMaxZoom(Math.min(NEAREST, Math.max(MOST_ZOOM, archive.maxZoom + STRETCHED)));
  return {
    paint(next) {
      const painted = tileLayers(archive, MAP_COLORS[next]);
      for (const { id, type, paint } of [...painted.below, ...painted.above]) {
        if (type === 'fill') map.setPaintProperty(id, 'fill-color', paint?.['fill-color']);
        else if (type === 'line') map.setPaintProperty(id, 'line-color', paint?.['line-color']);
        else if (type === 'color-relief') {
          map.setPaintProperty(id, 'color-relief-color', paint?.['color-relief-color']);
        }
      }
    },
    remove() {
      for (const { id } of [...below, ...above]) map.removeLayer(id);
      map.removeSource(TILE_SOURCE);
      map.removeSource(TILE_GROUND);
      for (const id of [...DEPTH_LAYERS, ...GRATICULE_LAYERS]) map.moveLayer(id, 'land-110m');
      coasts.forEach((coast) => map.moveLayer(coast, 'zone-edges'));
      map.setMaxZoom(MOST_ZOOM);
      library.removeProtocol(scheme);
    },
  };
}

function groundSource({ bounds: [west, south, east, north] }: TileArchive): GeoJSONSourceSpecification {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return {
    type: 'geojson',
    data: { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } },
  };
}

import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import type { MapColors } from './map-colors';
import type { TileArchive } from './tile-archive';

/** The source of an archive's tiles, and that of the rectangle which the archive covers. */
export const TILE_SOURCE = 'tiles';
export const TILE_GROUND = 'tiles-ground';

/** The parts of a map that are drawn of vector tiles. */
type TilePart = 'land' | 'water' | 'river' | 'border' | 'road';

/** What layers are called: in Protomaps' basemaps, OpenMapTiles, Shortbread, and tiles of Natural Earth, best first. */
const NAMES: Record<TilePart, RegExp> = {
  land: /^(earth|land|landmass|ne_\d+m_land)$/,
  water: /^(water|ocean|oceans|sea|water_polygons|lakes?|ne_\d+m_(ocean|lakes))$/,
  river: /^(water|waterway|waterways|water_lines|rivers?|ne_\d+m_rivers.*)$/,
  border: /^(boundaries|boundary|admin|countries|ne_\d+m_admin_0_boundary.*)$/,
  road: /^(roads?|transportation|streets|highways?)$/,
};

const POLYGONS: ExpressionSpecification = ['match', ['geometry-type'], ['Polygon', 'MultiPolygon'], true, false];
const LINES: ExpressionSpecification = ['match', ['geometry-type'], ['LineString', 'MultiLineString'], true, false];
const NO_OCEAN: ExpressionSpecification = ['!=', ['coalesce', ['get', 'kind'], ['get', 'class'], ''], 'ocean'];

/** Layers of an archive: those that lie under the data, and outlines above it. */
export interface TileLayers {
  below: LayerSpecification[];
  above: LayerSpecification[];
}

/** The source that MapLibre fetches an archive's tiles by. @param template address of a tile, with `{z}`, `{x}` and `{y}` */
export function tileSource(archive: TileArchive, template: string): SourceSpecification {
  const common = {
    tiles: [template],
    minzoom: archive.minZoom,
    maxzoom: archive.maxZoom,
    bounds: archive.bounds,
    attribution: escaped(archive.attribution),
  };
  if (archive.kind === 'vector') return { type: 'vector', ...common };
  if (archive.kind === 'raster') return { type: 'raster', tileSize: 256, ...common };
  return { type: 'raster-dem', tileSize: 256, encoding: archive.encoding, ...common };
}

/**
 * How an archive is drawn: land, water, rivers, borders and roads of the schemas that people publish, pictures as they are, heights
 * and depths by colour. Names are not drawn: they would need glyphs from elsewhere. Of an archive whose layers are called otherwise
 * all edges are drawn.
 */
export function tileLayers(archive: TileArchive, colors: MapColors): TileLayers {
  if (archive.kind === 'raster')
    return { below: [{ id: 'tiles-picture', type: 'raster', source: TILE_SOURCE }], above: [] };
  if (archive.kind === 'elevation') return { below: [reliefLayer(colors)], above: [] };
  const named = (part: TilePart) => archive.layers.filter((name) => NAMES[part].test(name));
  const [land, water] = [named('land'), named('water')];
  const shores = land.length > 0 ? land : water;
  const others = shores.length > 0 ? [] : archive.layers;
  // Where only water is drawn, what it is drawn upon is land.
  const ground = land.length === 0 && water.length > 0 ? colors.land : colors.sea;
  return {
    below: [
      { id: TILE_GROUND, type: 'fill', source: TILE_GROUND, paint: { 'fill-color': ground, 'fill-antialias': false } },
      ...land.map((name) => fillLayer('land', name, colors.land)),
      // The ocean is there already: it would lie upon the depths.
      ...water.map((name) =>
        fillLayer('water', name, colors.sea, land.length > 0 ? ['all', POLYGONS, NO_OCEAN] : POLYGONS),
      ),
      ...named('river').map((name) => lineLayer('river', name, colors.river, 1)),
      ...named('road').map((name) => lineLayer('road', name, colors.road, 0.8)),
      ...named('border').map((name) => lineLayer('border', name, colors.border, 0.8)),
    ],
    above: [
      ...shores.map((name) => edgeLayer('coast', name, colors.coast, POLYGONS)),
      ...others.map((name) =>
        edgeLayer('edge', name, colors.coast, ['!', ['match', ['geometry-type'], 'Point', true, false]]),
      ),
    ],
  };
}

function fillLayer(part: TilePart, name: string, color: string, filter = POLYGONS): LayerSpecification {
  return {
    id: `tiles-${part}-${name}`,
    type: 'fill',
    source: TILE_SOURCE,
    'source-layer': name,
    filter,
    paint: { 'fill-color': color, 'fill-antialias': false },
  };
}

function lineLayer(part: TilePart, name: string, color: string, width: number): LayerSpecification {
  return {
    id: `tiles-${part}-${name}`,
    type: 'line',
    source: TILE_SOURCE,
    'source-layer': name,
    filter: LINES,
    paint: {
      'line-color': color,
      'line-width': ['interpolate', ['linear'], ['zoom'], 4, width / 2, 14, 2 * width],
      ...(part === 'border' && { 'line-dasharray': [3, 2] }),
    },
  };
}

function edgeLayer(part: string, name: string, color: string, filter: ExpressionSpecification): LayerSpecification {
  return {
    id: `tiles-${part}-${name}`,
    type: 'line',
    source: TILE_SOURCE,
    'source-layer': name,
    filter,
    paint: { 'line-color': color, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.6, 6, 1.2] },
  };
}

function reliefLayer({ abyss, shelf, sea, land, highland }: MapColors): LayerSpecification {
  const heights = [
    'interpolate',
    ['linear'],
    ['elevation'],
    -6000,
    abyss,
    -200,
    shelf,
    -1,
    sea,
    0,
    land,
    4000,
    highland,
  ];
  return {
    id: 'tiles-relief',
    type: 'color-relief',
    source: TILE_SOURCE,
    paint: { 'color-relief-color': heights as ['interpolate', ['linear'], ['elevation'], number, string] },
  };
}

/** MapLibre takes attributions for HTML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

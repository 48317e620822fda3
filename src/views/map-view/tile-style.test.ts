import { expect, it } from 'vitest';
import { MAP_COLORS } from './map-colors';
import type { TileArchive } from './tile-archive';
import { TILE_GROUND, tileLayers, tileSource } from './tile-style';

const archive = (layers: string[], about: Partial<TileArchive> = {}): TileArchive => ({
  url: 'https://example.org/map.pmtiles',
  kind: 'vector',
  layers,
  encoding: 'terrarium',
  minZoom: 0,
  maxZoom: 15,
  bounds: [-180, -85, 180, 85],
  attribution: 'A & <b>',
  tile: () => Promise.resolve(undefined),
  ...about,
});
const { light } = MAP_COLORS;
const ids = (layers: string[]) => tileLayers(archive(layers), light).below.map(({ id }) => id);

it.each([
  ['Protomaps', ['boundaries', 'buildings', 'earth', 'landuse', 'places', 'pois', 'roads', 'water']],
  ['OpenMapTiles', ['water', 'waterway', 'landcover', 'boundary', 'transportation', 'building', 'place']],
  ['Shortbread', ['ocean', 'water_polygons', 'water_lines', 'land', 'boundaries', 'streets', 'buildings']],
])('the parts of %s are found by the names of its layers', (_, layers) => {
  const drawn = ids(layers);
  for (const part of ['water', 'river', 'road', 'border']) {
    expect(drawn.some((id) => id.startsWith(`tiles-${part}-`))).toBe(true);
  }
  expect(tileLayers(archive(layers), light).above).toHaveLength(1);
});

it('what only water is drawn upon is land, and of unknown layers the edges are drawn', () => {
  const [ground] = tileLayers(archive(['water']), light).below;
  expect(ground).toMatchObject({ id: TILE_GROUND, paint: { 'fill-color': light.land } });
  const { below, above } = tileLayers(archive(['reefs', 'cables']), light);
  expect(below).toHaveLength(1);
  expect(above.map(({ id }) => id)).toEqual(['tiles-edge-reefs', 'tiles-edge-cables']);
});

it('pictures are drawn as they are, and heights by colour', () => {
  const raster = archive([], { kind: 'raster' });
  expect(tileLayers(raster, light).below.map(({ type }) => type)).toEqual(['raster']);
  expect(tileSource(raster, 'x://{z}/{x}/{y}')).toMatchObject({ type: 'raster', attribution: 'A &amp; &lt;b>' });
  const elevation = archive([], { kind: 'elevation', encoding: 'mapbox' });
  expect(tileLayers(elevation, light).below.map(({ type }) => type)).toEqual(['color-relief']);
  expect(tileSource(elevation, 'x://{z}/{x}/{y}')).toMatchObject({ type: 'raster-dem', encoding: 'mapbox' });
});

import type { Feature, FeatureCollection, LineString } from 'geojson';
import type {
  ExpressionSpecification,
  FillLayerSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  LineLayerSpecification,
  Map as MapLibreMap,
  StyleSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl';
import type { Theme } from '../color-ramp';
import { MAP_COLORS, type MapColors } from './map-colors';

/** The scales of the basemap: the coarse one draws the world, the fine one is fetched when someone looks closer. */
export type BasemapScale = '110m' | '50m';

/** Zoom from which the fine coast is drawn. */
export const FINE_COAST_ZOOM = 3;

/** Zoom from which meridians and parallels are drawn by the degree. */
const FINE_GRATICULE_ZOOM = 5.5;

/** Depths of the basemap's areas, metres. */
const DEPTHS = [200, 1000, 2000, 3000, 4000, 5000, 6000] as const;
const depthLayerId = (depth: number) => `depths-${depth}`;

/** The layers of depths, and those of the graticule, from below. */
export const DEPTH_LAYERS = DEPTHS.map(depthLayerId);
const [GRATICULE_SOURCE, FINE_GRATICULE_SOURCE] = ['graticule', 'graticule-fine'];
export const GRATICULE_LAYERS = [
  GRATICULE_SOURCE,
  FINE_GRATICULE_SOURCE,
  `${GRATICULE_SOURCE}-names`,
  `${FINE_GRATICULE_SOURCE}-names`,
];

/** As near as one comes to the site's own land. */
export const MOST_ZOOM = 12;

/** Sources of what is drawn upon the basemap. */
export const AREA_SOURCE = 'areas';
export const TRACK_SOURCE = 'tracks';
export const ZONE_SOURCE = 'zones';
export const ZONE_EDGE_SOURCE = 'zone-edges';
export const SELECTION_SOURCE = 'selection';
/** The image of an arrowhead pointing east, added by whoever draws the map. */
export const ARROW_IMAGE = 'arrow';

/**
 * A style of land, coast and graticule, and above them areas, tracks and zones, without glyph or sprite server: names are
 * drawn with the reader's own fonts. All but the graticule starts empty.
 */
export function mapStyle(theme: Theme): StyleSpecification {
  const empty: GeoJSONSourceSpecification = {
    type: 'geojson',
    data: { type: 'FeatureCollection', features: [] },
    tolerance: 0.2,
  };
  const colors = MAP_COLORS[theme];
  return {
    version: 8,
    // A map for paper is recoloured and drawn at once.
    transition: { duration: 0, delay: 0 },
    sources: {
      depths: { ...empty, attribution: 'Depths: ETOPO, NOAA' },
      [GRATICULE_SOURCE]: { type: 'geojson', data: graticule(10) },
      [FINE_GRATICULE_SOURCE]: { type: 'geojson', data: graticule(1) },
      'land-110m': empty,
      'coast-110m': empty,
      'land-50m': empty,
      'coast-50m': empty,
      [AREA_SOURCE]: empty,
      [TRACK_SOURCE]: empty,
      [ZONE_SOURCE]: { ...empty, promoteId: 'index' },
      [ZONE_EDGE_SOURCE]: { ...empty, promoteId: 'index' },
      [SELECTION_SOURCE]: empty,
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colors.sea } },
      ...depthLayers(colors),
      ...graticuleLayers(colors),
      landLayer('110m', colors),
      { ...landLayer('50m', colors), minzoom: FINE_COAST_ZOOM },
      zoneFillLayer(colors),
      AREA_LAYER,
      coastLayer('110m', colors),
      { ...coastLayer('50m', colors), minzoom: FINE_COAST_ZOOM },
      ...zoneLayers(colors),
      ...TRACK_LAYERS,
      {
        id: 'selection',
        type: 'line',
        source: SELECTION_SOURCE,
        paint: { 'line-color': colors.ink, 'line-width': 1.5, 'line-dasharray': [3, 2] },
      },
    ],
  };
}

/** Recolours a map that has the style of {@link mapStyle}, without fetching or drawing anything anew. */
export function paintTheme(map: MapLibreMap, theme: Theme): void {
  const colors = MAP_COLORS[theme];
  map.setPaintProperty('sea', 'background-color', colors.sea);
  for (const { id, paint } of depthLayers(colors)) map.setPaintProperty(id, 'fill-color', paint?.['fill-color']);
  for (const { id, type, paint } of graticuleLayers(colors)) {
    if (type === 'line') map.setPaintProperty(id, 'line-color', paint?.['line-color']);
    else {
      map.setPaintProperty(id, 'text-color', paint?.['text-color']);
      map.setPaintProperty(id, 'text-halo-color', paint?.['text-halo-color']);
    }
  }
  for (const scale of ['110m', '50m']) {
    map.setPaintProperty(`land-${scale}`, 'fill-color', colors.land);
    map.setPaintProperty(`coast-${scale}`, 'line-color', colors.coast);
  }
  map.setPaintProperty('zone-fills', 'fill-color', colors.zone);
  map.setPaintProperty('zone-edges', 'line-color', colors.zone);
  map.setPaintProperty('zone-names', 'text-color', colors.zone);
  map.setPaintProperty('zone-names', 'text-halo-color', colors.sea);
  map.setPaintProperty('selection', 'line-color', colors.ink);
}

/**
 * The sea floor below a depth in metres; deeper areas lie upon shallower ones. Each is a layer by itself, for then a new colour needs
 * no new shapes.
 */
function depthLayers({ shelf, abyss }: MapColors): FillLayerSpecification[] {
  return DEPTHS.map((depth) => ({
    id: depthLayerId(depth),
    type: 'fill',
    source: 'depths',
    filter: ['==', ['get', 'depth'], depth],
    layout: { visibility: 'none' },
    paint: {
      'fill-color': ['interpolate', ['linear'], ['literal', depth], DEPTHS[0], shelf, 6000, abyss],
      'fill-antialias': false,
    },
  }));
}

/** Meridians and parallels with their degrees, closer ones where someone looks closer. */
function graticuleLayers(colors: MapColors): (LineLayerSpecification | SymbolLayerSpecification)[] {
  const name = (source: string): SymbolLayerSpecification => ({
    id: `${source}-names`,
    type: 'symbol',
    source,
    layout: {
      'symbol-placement': 'line',
      'symbol-spacing': 320,
      'text-field': ['get', 'name'],
      'text-size': 10,
      'text-font': ['sans-serif'],
      'text-padding': 24,
    },
    paint: { 'text-color': colors.degrees, 'text-halo-color': colors.sea, 'text-halo-width': 1.5 },
  });
  const line = (source: string): LineLayerSpecification => ({
    id: source,
    type: 'line',
    source,
    paint: { 'line-color': colors.graticule },
  });
  const coarse = { maxzoom: FINE_GRATICULE_ZOOM };
  const fine = { minzoom: FINE_GRATICULE_ZOOM };
  return [
    { ...line(GRATICULE_SOURCE), ...coarse },
    { ...line(FINE_GRATICULE_SOURCE), ...fine },
    { ...name(GRATICULE_SOURCE), ...coarse },
    { ...name(FINE_GRATICULE_SOURCE), ...fine },
  ];
}

function landLayer(scale: BasemapScale, colors: MapColors): LayerSpecification {
  return {
    id: `land-${scale}`,
    type: 'fill',
    source: `land-${scale}`,
    paint: { 'fill-color': colors.land, 'fill-antialias': false },
  };
}

function coastLayer(scale: BasemapScale, colors: MapColors): LayerSpecification {
  return {
    id: `coast-${scale}`,
    type: 'line',
    source: `coast-${scale}`,
    paint: { 'line-color': colors.coast, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.6, 6, 1.2] },
  };
}

/** Colours are a state of each area, so that playing through time sends no shapes. */
const AREA_LAYER: LayerSpecification = {
  id: 'areas',
  type: 'fill',
  source: AREA_SOURCE,
  paint: {
    'fill-color': ['to-color', ['feature-state', 'color'], '#888888'],
    'fill-opacity': ['case', ['to-boolean', ['feature-state', 'color']], 0.82, 0],
    'fill-antialias': false,
  },
};

const TRACK_LAYERS: LayerSpecification[] = [
  {
    id: 'tracks',
    type: 'line',
    source: TRACK_SOURCE,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': '#888888', 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 1, 6, 2.5] },
  },
  {
    id: 'track-arrows',
    type: 'symbol',
    source: TRACK_SOURCE,
    layout: {
      'symbol-placement': 'line-center',
      'icon-image': ARROW_IMAGE,
      'icon-rotation-alignment': 'map',
      'icon-size': 0.5,
      'icon-padding': 12,
    },
    paint: { 'icon-color': '#888888' },
  },
];

/** The colours of tracks by the bin of time that each piece ends in. */
export function trackColor(stops: readonly (readonly [bin: number, color: string])[]): ExpressionSpecification {
  return ['interpolate', ['linear'], ['get', 'bin'], ...stops.flat()] as ExpressionSpecification;
}

/** Below the data, whose colours are to stay what the legend says. */
function zoneFillLayer(colors: MapColors): LayerSpecification {
  return {
    id: 'zone-fills',
    type: 'fill',
    source: ZONE_SOURCE,
    paint: {
      'fill-color': colors.zone,
      'fill-opacity': ['case', ['boolean', ['feature-state', 'chosen'], false], 0.12, 0],
    },
  };
}

function zoneLayers(colors: MapColors): LayerSpecification[] {
  return [
    {
      id: 'zone-edges',
      type: 'line',
      source: ZONE_EDGE_SOURCE,
      paint: {
        'line-color': colors.zone,
        'line-width': ['case', ['boolean', ['feature-state', 'chosen'], false], 2, 0.8],
      },
    },
    {
      id: 'zone-names',
      type: 'symbol',
      source: ZONE_SOURCE,
      layout: { 'text-field': ['get', 'name'], 'text-size': 11, 'text-font': ['sans-serif'], 'text-max-width': 7 },
      paint: { 'text-color': colors.zone, 'text-halo-color': colors.sea, 'text-halo-width': 1.2 },
    },
  ];
}

/** Meridians and parallels every so many degrees, to ±80° of latitude. */
function graticule(step: number): FeatureCollection<LineString, { name: string }> {
  const features: Feature<LineString, { name: string }>[] = [];
  const add = (name: string, coordinates: [number, number][]) =>
    features.push({ type: 'Feature', properties: { name }, geometry: { type: 'LineString', coordinates } });
  for (let longitude = -180; longitude < 180; longitude += step) {
    add(degreesText(longitude, 'EW'), [
      [longitude, -80],
      [longitude, 80],
    ]);
  }
  for (let latitude = -80; latitude <= 80; latitude += step) {
    add(degreesText(latitude, 'NS'), [
      [-180, latitude],
      [180, latitude],
    ]);
  }
  return { type: 'FeatureCollection', features };
}

/** @param sides letters for above and below zero */
function degreesText(degrees: number, sides: string): string {
  const side = degrees === 0 || degrees === -180 ? '' : ` ${sides.charAt(degrees > 0 ? 0 : 1)}`;
  return `${Math.abs(degrees)}°${side}`;
}

import type { Feature, MultiLineString } from 'geojson';
import type {
  GeoJSONSourceSpecification,
  LayerSpecification,
  Map as MapLibreMap,
  StyleSpecification,
} from 'maplibre-gl';
import type { Theme } from '../color-ramp';

interface MapColors {
  sea: string;
  land: string;
  coast: string;
  graticule: string;
}

const COLORS: Record<Theme, MapColors> = {
  light: { sea: '#dbe7ed', land: '#f4f2ec', coast: '#8fa3ae', graticule: '#c8d7de' },
  dark: { sea: '#0f1f2a', land: '#24323c', coast: '#5a7284', graticule: '#1c3142' },
};

/** The scales of the basemap: the coarse one draws the world, the fine one is fetched when someone looks closer. */
export type BasemapScale = '110m' | '50m';

/** Zoom from which the fine coast is drawn. */
export const FINE_COAST_ZOOM = 3;

/** A style of land, coast and graticule without glyph or sprite server. Land and coast start empty. */
export function mapStyle(theme: Theme): StyleSpecification {
  const empty: GeoJSONSourceSpecification = {
    type: 'geojson',
    data: { type: 'FeatureCollection', features: [] },
    tolerance: 0.2,
  };
  const colors = COLORS[theme];
  return {
    version: 8,
    sources: {
      graticule: { type: 'geojson', data: graticule(10) },
      'land-110m': empty,
      'coast-110m': empty,
      'land-50m': empty,
      'coast-50m': empty,
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': colors.sea } },
      { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': colors.graticule } },
      ...basemapLayers('110m', colors),
      ...basemapLayers('50m', colors).map((layer) => ({ ...layer, minzoom: FINE_COAST_ZOOM })),
    ],
  };
}

/** Recolours a map that has the style of {@link mapStyle}, without fetching or drawing anything anew. */
export function paintTheme(map: MapLibreMap, theme: Theme): void {
  const colors = COLORS[theme];
  map.setPaintProperty('sea', 'background-color', colors.sea);
  map.setPaintProperty('graticule', 'line-color', colors.graticule);
  for (const scale of ['110m', '50m']) {
    map.setPaintProperty(`land-${scale}`, 'fill-color', colors.land);
    map.setPaintProperty(`coast-${scale}`, 'line-color', colors.coast);
  }
}

function basemapLayers(scale: BasemapScale, colors: MapColors): LayerSpecification[] {
  return [
    {
      id: `land-${scale}`,
      type: 'fill',
      source: `land-${scale}`,
      paint: { 'fill-color': colors.land, 'fill-antialias': false },
    },
    {
      id: `coast-${scale}`,
      type: 'line',
      source: `coast-${scale}`,
      paint: { 'line-color': colors.coast, 'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.6, 6, 1.2] },
    },
  ];
}

/** Meridians and parallels every so many degrees, to ±80° of latitude. */
function graticule(step: number): Feature<MultiLineString> {
  const lines: [number, number][][] = [];
  for (let longitude = -180; longitude < 180; longitude += step) {
    lines.push([
      [longitude, -80],
      [longitude, 80],
    ]);
  }
  for (let latitude = -80; latitude <= 80; latitude += step) {
    lines.push([
      [-180, latitude],
      [180, latitude],
    ]);
  }
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } };
}

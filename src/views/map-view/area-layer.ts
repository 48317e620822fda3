import type { Feature, FeatureCollection, Polygon } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { LongitudeLatitude } from '../../stats/sphere';
import { AREA_SOURCE } from './map-style';

/** Areas whose colours change without their shapes being sent anew. */
export interface AreaLayer {
  /** @param rings an outline an area; the same array again changes nothing */
  setShapes(rings: readonly (readonly LongitudeLatitude[])[]): void;
  /** @param colors a colour an area; an area without one is hidden */
  setColors(colors: readonly (string | undefined)[]): void;
}

/** Draws areas into the source that the map's style has for them. */
export function createAreaLayer(map: MapLibreMap): AreaLayer {
  let shapes: readonly (readonly LongitudeLatitude[])[] = [];
  let shown: readonly (string | undefined)[] = [];
  return {
    setShapes(rings) {
      if (rings === shapes) return;
      shapes = rings;
      shown = [];
      map.removeFeatureState({ source: AREA_SOURCE });
      void map.getSource<GeoJSONSource>(AREA_SOURCE)?.setData(areas(rings));
    },
    setColors(colors) {
      for (let id = 0; id < shapes.length; id++) {
        if (shown[id] === colors[id]) continue;
        map.setFeatureState({ source: AREA_SOURCE, id }, { color: colors[id] ?? null });
      }
      shown = colors;
    },
  };
}

function areas(rings: readonly (readonly LongitudeLatitude[])[]): FeatureCollection<Polygon> {
  return {
    type: 'FeatureCollection',
    features: rings.map((ring, id): Feature<Polygon> => ({
      type: 'Feature',
      id,
      properties: {},
      geometry: { type: 'Polygon', coordinates: [ring.map(([longitude, latitude]) => [longitude, latitude])] },
    })),
  };
}

import type { Feature, FeatureCollection, Polygon } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { LongitudeLatitude } from '../../stats/sphere';
import { AREA_SOURCE } from './map-style';
import type { PolarLayer } from './polar-layer';
import { isPolar } from './polar-shapes';

/** Areas whose colours change without their shapes being sent anew. */
export interface AreaLayer {
  /** @param rings an outline an area; the same array again changes nothing */
  setShapes(rings: readonly (readonly LongitudeLatitude[])[]): void;
  /** @param colors a colour an area; an area without one is hidden */
  setColors(colors: readonly (string | undefined)[]): void;
  /** On a globe, areas near the poles are drawn by the layer that is there for them. */
  setGlobe(isGlobe: boolean): void;
}

/** Draws areas into the source that the map's style has for them. */
export function createAreaLayer(map: MapLibreMap, polar: PolarLayer): AreaLayer {
  let shapes: readonly (readonly LongitudeLatitude[])[] = [];
  let shown: readonly (string | undefined)[] = [];
  let colors: readonly (string | undefined)[] = [];
  let polarIds: number[] = [];
  let isGlobe = false;

  function paint(): void {
    const wanted = [...colors];
    if (isGlobe) for (const id of polarIds) wanted[id] = undefined;
    for (let id = 0; id < shapes.length; id++) {
      if (shown[id] === wanted[id]) continue;
      map.setFeatureState({ source: AREA_SOURCE, id }, { color: wanted[id] ?? null });
    }
    shown = wanted;
    if (isGlobe) {
      polar.setAreas(
        polarIds.flatMap((id) => {
          const [ring, color] = [shapes[id], colors[id]];
          return ring && color !== undefined ? [{ ring, color }] : [];
        }),
      );
    }
  }

  return {
    setShapes(rings) {
      if (rings === shapes) return;
      shapes = rings;
      shown = [];
      polarIds = rings.flatMap((ring, id) => (isPolar(ring) ? [id] : []));
      map.removeFeatureState({ source: AREA_SOURCE });
      void map.getSource<GeoJSONSource>(AREA_SOURCE)?.setData(areas(rings));
    },
    setColors(next) {
      colors = next;
      paint();
    },
    setGlobe(next) {
      if (next === isGlobe) return;
      isGlobe = next;
      paint();
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

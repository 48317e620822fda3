/** The page of the map's baseline: MapLibre alone with some positions, drawn as circles the way its own documentation does it. */
import type { Feature, FeatureCollection, MultiPolygon } from 'geojson';
import { type GeoJSONSource, Map as BareMap, setWorkerUrl } from 'maplibre-gl';
import type { Camera } from '../../src/views/map-view/camera';
import { mapStyle } from '../../src/views/map-view/map-style';

export interface BarePoints {
  longitudes: number[];
  latitudes: number[];
  values: number[];
  camera: Camera;
  /** CSS pixels. */
  size: { width: number; height: number };
}

export interface BareMapApi {
  /** Resolves once all is drawn. */
  show(points: BarePoints): Promise<void>;
}

declare global {
  interface Window {
    bareMap: BareMapApi;
  }
}

setWorkerUrl('/maplibre/maplibre-gl-worker.mjs');

async function show({ longitudes, latitudes, values, camera, size }: BarePoints): Promise<void> {
  const container = document.createElement('div');
  container.style.cssText = `position: absolute; left: 0; top: 0; width: ${size.width}px; height: ${size.height}px`;
  document.body.replaceChildren(container);
  const map = new BareMap({
    ...{ container, style: mapStyle('light'), attributionControl: false, fadeDuration: 0 },
    ...{ zoom: camera.zoom, center: [camera.longitude, camera.latitude] },
  });
  await map.once('load');
  for (const scale of ['110m', '50m']) {
    const land: Feature<MultiPolygon> = await (await fetch(`/basemap/land-${scale}.json`)).json();
    for (const source of ['land', 'coast']) map.getSource<GeoJSONSource>(`${source}-${scale}`)?.setData(land);
  }
  map.addSource('positions', { type: 'geojson', data: pointsOf(longitudes, latitudes, values) });
  map.addLayer({
    ...{ id: 'positions', type: 'circle', source: 'positions' },
    paint: {
      'circle-radius': 3,
      'circle-color': ['interpolate', ['linear'], ['get', 'value'], 0, '#2166ac', 15, '#f7f7f7', 30, '#b2182b'],
      'circle-stroke-width': 1,
      'circle-stroke-color': '#ffffff',
    },
  });
  await map.once('idle');
}

function pointsOf(longitudes: number[], latitudes: number[], values: number[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: longitudes.map((longitude, index) => ({
      ...{ type: 'Feature', properties: { value: values[index] } },
      geometry: { type: 'Point', coordinates: [longitude, latitudes[index] ?? 0] },
    })),
  };
}

window.bareMap = { show };

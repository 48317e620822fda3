import type { Feature, GeoJSON, MultiPolygon } from 'geojson';
import type * as MapLibre from 'maplibre-gl';
import type { Theme } from '../color-ramp';
import { nextTurn } from '../turns';
import { outlineOf } from './coastline';
import type { Camera } from './camera';
import { type BasemapScale, DEPTH_LAYERS, FINE_COAST_ZOOM, mapStyle, MOST_ZOOM } from './map-style';

/** A map and the library it came from, which is not loaded before the first map is wanted. */
export interface DrawnMap {
  library: typeof MapLibre;
  map: MapLibre.Map;
  /** Shows or hides the depths of the sea, which are fetched when they are first wanted. */
  showDepths(isShown: boolean): void;
}

/**
 * Makes a map of the site's own basemap: the world at once, the fine coast when someone looks closer.
 * @param basemapUrl folder of `land-<scale>.json`, ending in `/`
 */
export async function createBasemap(
  container: HTMLElement,
  basemapUrl: string,
  theme: Theme,
  { zoom, longitude, latitude }: Camera,
): Promise<DrawnMap> {
  const [library, worker] = await Promise.all([
    import('maplibre-gl'),
    import('maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'),
    import('maplibre-gl/dist/maplibre-gl.css'),
  ]);
  library.setWorkerUrl(new URL(worker.default, document.baseURI).href);
  await nextTurn();
  const map = new library.Map({
    container,
    style: mapStyle(theme),
    // It is the site's own.
    validateStyle: false,
    center: [longitude, latitude],
    zoom,
    maxZoom: MOST_ZOOM,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map
    .getCanvas()
    .setAttribute(
      'aria-label',
      'Map: arrow keys pan, plus and minus zoom, N and P read the next and the previous mark, Enter chooses it',
    );
  map.once('load', () => addControls(library, map));
  const asked = new Set<BasemapScale>();

  async function draw(scale: BasemapScale): Promise<boolean> {
    if (asked.has(scale)) return false;
    asked.add(scale);
    const land = await fetchShapes<Feature<MultiPolygon>>(`${basemapUrl}land-${scale}.json`);
    const landSource = map.getSource(`land-${scale}`);
    const coastSource = map.getSource(`coast-${scale}`);
    if (!land || !(landSource instanceof library.GeoJSONSource) || !(coastSource instanceof library.GeoJSONSource)) {
      return false;
    }
    // The map's thread copies them for its worker, which takes long of a fine coast.
    await nextTurn();
    await landSource.setData(land);
    await nextTurn();
    await coastSource.setData(outlineOf(land.geometry));
    return true;
  }

  async function drawWhatIsSeen(): Promise<void> {
    await draw('110m');
    if (map.getZoom() < FINE_COAST_ZOOM || !(await draw('50m'))) return;
    map.setLayerZoomRange('land-110m', 0, FINE_COAST_ZOOM);
    map.setLayerZoomRange('coast-110m', 0, FINE_COAST_ZOOM);
  }

  map.on('load', () => void drawWhatIsSeen());
  map.on('zoomend', () => void drawWhatIsSeen());

  let hasDepths = false;
  async function drawDepths(): Promise<void> {
    if (hasDepths) return;
    hasDepths = true;
    const depths = await fetchShapes(`${basemapUrl}depths.json`);
    const source = map.getSource('depths');
    if (depths && source instanceof library.GeoJSONSource) await source.setData(depths);
    else hasDepths = false;
  }

  return {
    library,
    map,
    showDepths(isShown) {
      for (const id of DEPTH_LAYERS) map.setLayoutProperty(id, 'visibility', isShown ? 'visible' : 'none');
      if (isShown) void drawDepths();
    },
  };
}

/** Adds what the map is worked with, each in its turn: they measure the page. */
function addControls(library: typeof MapLibre, map: MapLibre.Map): void {
  let isThere = true;
  map.once('remove', () => (isThere = false));
  const attribution = { compact: false, customAttribution: 'Land: Natural Earth' };
  const controls: (() => void)[] = [
    () => map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right'),
    () => map.addControl(new library.ScaleControl({ unit: 'metric' }), 'bottom-left'),
    () => map.addControl(new library.AttributionControl(attribution), 'bottom-right'),
  ];
  for (const add of controls) void nextTurn().then(() => isThere && add());
}

/** Without a basemap the stations still stand on the graticule, so a failure is no error. */
async function fetchShapes<Shapes extends GeoJSON = GeoJSON>(url: string): Promise<Shapes | undefined> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

import type { FeatureCollection, LineString } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { Outline } from '../../stats/outline';
import { type AreaLayer, createAreaLayer } from './area-layer';
import { outlineOf } from './coastline';
import type { BinRange } from './map-points';
import { ARROW_IMAGE, SELECTION_SOURCE, TRACK_SOURCE, trackColor, ZONE_EDGE_SOURCE, ZONE_SOURCE } from './map-style';
import { createPointLayer, type PointLayer } from './point-layer';
import { createPolarLayer } from './polar-layer';
import { splitAtPoles } from './polar-shapes';
import type { TrackProperties } from './tracks';
import type { ZoneCollection } from './zones';

/** What is drawn upon the basemap, each settable by itself. */
export interface DataLayers {
  points: PointLayer;
  areas: AreaLayer;
  setTracks(tracks: FeatureCollection<LineString, TrackProperties>): void;
  /** Colours tracks by time: stops of bin and colour, in order. */
  setTrackColors(stops: readonly (readonly [bin: number, color: string])[]): void;
  /** Shows the tracks up to a bin of time. */
  setTrackEnd(range: BinRange): void;
  setZones(zones: ZoneCollection): void;
  setChosenZone(index: number | undefined): void;
  setSelection(outline: Outline): void;
}

const [POINT_LAYER, POLAR_LAYER] = ['points', 'polar'];
const ZONE_SOURCES = [ZONE_SOURCE, ZONE_EDGE_SOURCE];

/** Adds the layers of data to a map that has loaded the style of `mapStyle`. */
export function addDataLayers(map: MapLibreMap): DataLayers {
  const points = createPointLayer(POINT_LAYER);
  const polar = createPolarLayer(POLAR_LAYER);
  map.addLayer(polar);
  map.addLayer(points);
  map.addImage(ARROW_IMAGE, arrow(), { sdf: true });
  const fill = (source: string, data: GeoJSON.GeoJSON) => void map.getSource<GeoJSONSource>(source)?.setData(data);
  let chosenZone: number | undefined;
  return {
    points,
    areas: createAreaLayer(map, polar),
    setTracks(tracks) {
      const { lines, steps } = splitAtPoles(tracks);
      fill(TRACK_SOURCE, lines);
      polar.setSteps(steps);
    },
    setTrackColors(stops) {
      map.setPaintProperty('tracks', 'line-color', trackColor(stops));
      map.setPaintProperty('track-arrows', 'icon-color', trackColor(stops));
      polar.setStepColors(stops.map(([, color]) => color));
    },
    setTrackEnd({ last }) {
      const until = Number.isFinite(last) ? (['<=', ['get', 'bin'], last] as ['<=', ['get', string], number]) : null;
      map.setFilter('tracks', until);
      map.setFilter('track-arrows', until);
      polar.setLast(last);
    },
    setZones(zones) {
      for (const source of ZONE_SOURCES) map.removeFeatureState({ source });
      chosenZone = undefined;
      fill(ZONE_SOURCE, zones);
      fill(ZONE_EDGE_SOURCE, {
        type: 'FeatureCollection',
        features: zones.features.map((zone) => ({ ...zone, geometry: outlineOf(zone.geometry) })),
      });
    },
    setChosenZone(index) {
      for (const source of ZONE_SOURCES) {
        if (chosenZone !== undefined) map.removeFeatureState({ source, id: chosenZone });
        if (index !== undefined) map.setFeatureState({ source, id: index }, { chosen: true });
      }
      chosenZone = index;
    },
    setSelection(outline) {
      const coordinates = outline.map((ring) => [...ring, ...ring.slice(0, 1)].map((at) => [...at]));
      fill(SELECTION_SOURCE, {
        type: 'FeatureCollection',
        features: [{ type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates } }],
      });
    },
  };
}

/** An arrowhead pointing east, for colouring. */
function arrow(): ImageData {
  const size = 32;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return new ImageData(size, size);
  context.beginPath();
  context.moveTo(27, 16);
  context.lineTo(7, 26);
  context.lineTo(12, 16);
  context.lineTo(7, 6);
  context.closePath();
  context.fill();
  return context.getImageData(0, 0, size, size);
}

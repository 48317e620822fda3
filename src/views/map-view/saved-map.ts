import type { Map as MapLibreMap } from 'maplibre-gl';
import { pictureFile, type SavedPicture } from '../saved-picture';
import { svgElement } from '../svg-element';
import type { Legend } from './map-picture';
import type { StationMarker } from './station-marker';

/** What is seen of a map. */
export interface MapImage {
  /** The drawn map as a data URL. */
  url: string;
  width: number;
  height: number;
  /** The stations' buttons, which stand above it, CSS pixels. */
  marks: (StationMarker & { x: number; y: number })[];
  /** Whose map it is. */
  attribution: string;
}

const MARGIN = 12;
const LEGEND_HEIGHT = 44;
const BAR = { width: 320, height: 8 };
const TEXT = { 'font-family': 'sans-serif', 'font-size': 11 };

/** Takes what is seen of a map, with the buttons of stations. */
export async function mapImage(map: MapLibreMap, markers: readonly StationMarker[]): Promise<MapImage> {
  // What WebGL has drawn is there only until the browser has shown it.
  const url = await new Promise<string>((resolve) => {
    void map.once('render', () => resolve(map.getCanvas().toDataURL('image/png')));
    map.triggerRepaint();
  });
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const marks = markers.flatMap((marker) => {
    const { x, y } = map.project([marker.longitude, marker.latitude]);
    return x >= 0 && y >= 0 && x <= width && y <= height ? [{ ...marker, x, y }] : [];
  });
  const attribution = map.getContainer().querySelector('.maplibregl-ctrl-attrib-inner')?.textContent ?? '';
  return { url, width, height, marks, attribution };
}

/**
 * A map as a file: the picture, the stations, the legend with its colours, and what it is of and from.
 * @param caption sentences, one after the other; the legend's notes and the map's attribution are added
 */
export function savedMap(image: MapImage, legend: Legend, caption: readonly string[]): SavedPicture {
  const { width, height } = image;
  return pictureFile(
    [
      svgElement('image', { href: image.url, width, height }),
      ...image.marks.flatMap(drawnMark),
      ...drawnLegend(legend, height),
    ],
    { width, height: height + LEGEND_HEIGHT },
    [`${legend.notes.join(' · ')}.`, ...caption, image.attribution],
  );
}

function drawnMark({ x, y, name, color, chosen }: MapImage['marks'][number]): SVGElement[] {
  const ink = pageColor('--ink');
  return [
    svgElement('circle', {
      cx: x,
      cy: y,
      r: chosen ? 6 : 5,
      fill: color ?? pageColor('--muted'),
      stroke: chosen ? ink : pageColor('--surface'),
      'stroke-width': 2,
    }),
    written(name, {
      x: x + 10,
      y: y + 4,
      fill: ink,
      stroke: pageColor('--surface'),
      'stroke-width': 3,
      'paint-order': 'stroke',
    }),
  ];
}

function drawnLegend({ title, colors, ticks }: Legend, top: number): SVGElement[] {
  const fill = pageColor('--ink');
  const gradient = svgElement('linearGradient', { id: 'legend' });
  const stops = colors.length === 1 ? [...colors, ...colors] : colors;
  for (const [index, color] of stops.entries()) {
    gradient.append(svgElement('stop', { offset: index / (stops.length - 1), 'stop-color': color }));
  }
  const anchors =
    ticks.length === 1 ? ['start'] : ['start', 'middle', 'end'].filter((_, at) => ticks.length > 2 || at !== 1);
  return [
    gradient,
    written(title, { x: MARGIN, y: top + 15, fill, 'font-weight': 600 }),
    svgElement('rect', { x: MARGIN, y: top + 21, ...BAR, rx: 2, fill: 'url(#legend)' }),
    ...ticks.map((tick, index) => {
      const share = ticks.length === 1 ? 0 : index / (ticks.length - 1);
      return written(tick, {
        x: MARGIN + share * BAR.width,
        y: top + 41,
        fill,
        'text-anchor': anchors[index] ?? 'start',
      });
    }),
  ];
}

function written(content: string, attributes: Record<string, string | number>): SVGTextElement {
  const text = svgElement('text', { ...TEXT, ...attributes });
  text.textContent = content;
  return text;
}

function pageColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

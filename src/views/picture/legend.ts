import { valueColor } from '../color-ramp';
import { svgElement } from '../svg-element';
import { formatRounded } from '../value-text';

/** Where a legend ends at the right, and its top, CSS pixels. */
interface LegendPlace {
  right: number;
  top: number;
}

const RAMP = 120;
const STOPS = 12;
let ramps = 0;

interface RampLook {
  /** The colour of a share of the ramp, 0–1; that of areas where none is given. */
  color?: (share: number) => string;
  format?: (value: number) => string;
}

/** A ramp of colours with the values at its ends, drawn into the picture so that it goes with it wherever it is saved. */
export function rampLegend(
  label: string,
  low: number,
  high: number,
  { right, top }: LegendPlace,
  { color = (share) => valueColor(share).fill, format = formatRounded }: RampLook = {},
): SVGGElement {
  const id = `legend-${++ramps}`;
  const gradient = svgElement('linearGradient', { id });
  for (let stop = 0; stop <= STOPS; stop += 1) {
    gradient.append(svgElement('stop', { offset: stop / STOPS, 'stop-color': color(stop / STOPS) }));
  }
  const group = svgElement('g', { fill: 'currentColor', transform: `translate(0,${top})` });
  const highest = format(high);
  const left = right - 10 - 6.2 * highest.length - RAMP;
  group.append(
    gradient,
    text(`${label}  ${format(low)}`, left - 6, 'end'),
    svgElement('rect', { x: left, y: 2, width: RAMP, height: 8, rx: 2, fill: `url(#${id})` }),
    text(highest, right, 'end'),
  );
  return group;
}

/** A row of a legend, CSS pixels. */
export const SWATCH_ROW = 16;
const LONGEST_NAME = 24;

/**
 * Where the names of a legend stand: in rows from the left, as wide as there is room. What does not fit into the rows is left
 * out.
 * @param width CSS pixels
 * @returns a place for each that is shown, CSS pixels from the legend's left top
 */
export function swatchPlaces(names: readonly string[], width: number, mostRows: number): { x: number; y: number }[] {
  const places: { x: number; y: number }[] = [];
  let [x, row] = [0, 0];
  for (const name of names) {
    const wide = 22 + 6.2 * Math.min(LONGEST_NAME, name.length);
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    if (row >= mostRows) break;
    places.push({ x, y: row * SWATCH_ROW });
    x += wide;
  }
  return places;
}

/** Names beside their colours at their places; after the last how many more there are. */
export function swatchLegend(
  names: readonly string[],
  colors: readonly string[],
  places: readonly { x: number; y: number }[],
  { left, right, top }: LegendPlace & { left: number },
): SVGGElement {
  const group = svgElement('g', { fill: 'currentColor', transform: `translate(${left},${top})` });
  for (const [index, { x, y }] of places.entries()) {
    const name = names[index] ?? '';
    const placed = svgElement('g', { transform: `translate(${x},${y})` });
    placed.append(
      svgElement('rect', { y: 1, width: 10, height: 10, rx: 2, fill: colors[index] ?? 'currentColor' }),
      text(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name, 14, 'start'),
    );
    group.append(placed);
  }
  const missing = names.length - places.length;
  if (missing > 0) {
    const more = svgElement('g', { transform: `translate(0,${(places.at(-1)?.y ?? 0) + SWATCH_ROW})` });
    more.append(text(`and ${missing} more`, right - left, 'end'));
    group.append(more);
  }
  return group;
}

function text(content: string, x: number, anchor: 'start' | 'end'): SVGTextElement {
  const element = svgElement('text', { x, y: 10, 'text-anchor': anchor });
  element.textContent = content;
  return element;
}

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

/** A ramp of colours with the values at its ends, drawn into the picture so that it goes with it wherever it is saved. */
export function rampLegend(label: string, low: number, high: number, { right, top }: LegendPlace): SVGGElement {
  const id = `legend-${++ramps}`;
  const gradient = svgElement('linearGradient', { id });
  for (let stop = 0; stop <= STOPS; stop += 1) {
    const color = valueColor(stop / STOPS).fill;
    gradient.append(svgElement('stop', { offset: stop / STOPS, 'stop-color': color }));
  }
  const group = svgElement('g', { fill: 'currentColor', transform: `translate(0,${top})` });
  const highest = formatRounded(high);
  const left = right - 10 - 6.2 * highest.length - RAMP;
  group.append(
    gradient,
    text(`${label}  ${formatRounded(low)}`, left - 6, 'end'),
    svgElement('rect', { x: left, y: 2, width: RAMP, height: 8, rx: 2, fill: `url(#${id})` }),
    text(highest, right, 'end'),
  );
  return group;
}

/** Names beside their colours, one after the other from the right, as many as there is room for. */
export function swatchLegend(
  names: readonly string[],
  colors: readonly string[],
  { right, top, left }: LegendPlace & { left: number },
): SVGGElement {
  const group = svgElement('g', { fill: 'currentColor', transform: `translate(0,${top})` });
  const widths = names.map((name) => 22 + 6.2 * Math.min(24, name.length));
  let shown = 0;
  let room = right - left;
  while (shown < names.length && room > (widths[shown] ?? 0)) room -= widths[shown++] ?? 0;
  let x = left + room;
  for (let index = 0; index < shown; index++) {
    const name = names[index] ?? '';
    group.append(
      svgElement('rect', { x, y: 1, width: 10, height: 10, rx: 2, fill: colors[index] ?? 'currentColor' }),
      text(name.length > 24 ? `${name.slice(0, 23)}…` : name, x + 14, 'start'),
    );
    x += widths[index] ?? 0;
  }
  return group;
}

function text(content: string, x: number, anchor: 'start' | 'end'): SVGTextElement {
  const element = svgElement('text', { x, y: 10, 'text-anchor': anchor });
  element.textContent = content;
  return element;
}

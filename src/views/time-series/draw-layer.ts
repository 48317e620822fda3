import { svgElement } from '../svg-element';
import type { PanelContent, Side } from './panel-content';
import { gapLimit } from './series-data';
import { bandPath, flagPath, seriesPath } from './series-path';

/** The lines of a panel as one SVG group, which can be moved and stretched along time without being drawn anew. */
export interface DrawnLayer {
  element: SVGGElement;
  /** Puts the start and the end of the window that was drawn at these positions, CSS pixels. */
  stretch(from: number, to: number): void;
}

interface LayerPlace {
  frame: { left: number; right: number; top: number; bottom: number };
  x(timeMs: number): number;
  y(value: number, side: Side): number;
  /** Least step that is a gap, milliseconds. */
  leastGap: number;
}

let layers = 0;

/** Draws bands, lines and flags of a panel, the flags above all. */
export function drawLayer(
  { bands, series, flagged, shape }: PanelContent,
  { frame, x, y, leastGap }: LayerPlace,
): DrawnLayer {
  const moved = svgElement('g', {});
  const width = frame.right - frame.left;
  for (const { times, low, high, color, side } of bands) {
    const d = bandPath(times, low, high, gapLimit(times, leastGap), x, (value) => y(value, side));
    moved.append(svgElement('path', { class: 'band', d, fill: color, 'fill-opacity': '0.16' }));
  }
  for (const [index, one] of series.entries()) {
    const group = svgElement('g', { class: `series series-${index}`, fill: 'none', stroke: one.color });
    // The legend of a saved picture is made of these.
    const title = svgElement('title', {});
    title.textContent = one.name;
    group.append(title);
    const limit = gapLimit(one.times, leastGap);
    const { joined, alone } = seriesPath(one, limit, shape, x, (value) => y(value, one.side));
    const dashes = one.dashed ? { 'stroke-dasharray': '5 3' } : {};
    if (joined !== '') group.append(line(joined, { 'stroke-width': '1.25', 'stroke-linejoin': 'bevel', ...dashes }));
    if (alone !== '') group.append(line(alone, { 'stroke-width': '2.5', 'stroke-linecap': 'round' }));
    moved.append(group);
  }
  for (const { flag, side, ...values } of flagged) {
    const d = flagPath(values, flag, x, (value) => y(value, side));
    const color = flag === 'fail' ? 'var(--error)' : 'var(--warn)';
    moved.append(line(d, { class: `flag ${flag}`, fill: 'none', stroke: color, 'stroke-width': '1.5' }));
  }

  // Elements are referred to by ids of the whole document.
  const id = `time-series-frame-${++layers}`;
  const clip = svgElement('clipPath', { id });
  clip.append(
    svgElement('rect', {
      x: frame.left,
      y: frame.top - 8,
      width: Math.max(0, width),
      height: Math.max(0, frame.bottom - frame.top + 16),
    }),
  );
  const clipped = svgElement('g', { 'clip-path': `url(#${id})` });
  clipped.append(moved);
  const element = svgElement('g', { class: 'layer' });
  element.append(clip, clipped);
  return {
    element,
    stretch(from, to) {
      const factor = (to - from) / width;
      if (from === frame.left && to === frame.right) moved.removeAttribute('transform');
      else moved.setAttribute('transform', `translate(${from - frame.left * factor},0) scale(${factor},1)`);
    },
  };
}

/** A path whose line keeps its width when it is stretched. */
function line(d: string, attributes: Record<string, string>): SVGPathElement {
  return svgElement('path', { d, 'vector-effect': 'non-scaling-stroke', ...attributes });
}

import type * as ObservablePlot from '@observablehq/plot';
import type { DeviceSeries } from './series-data';
import { breakAtGaps, gapLimit } from './series-data';

/** What a chart of one variable shows. Times are UTC milliseconds, sizes CSS pixels. */
export interface ChartContent {
  series: readonly DeviceSeries[];
  /** A colour for each series, in their order. */
  colors: readonly string[];
  window: { from: number; to: number };
  /** Label of the vertical axis: the unit, or the name of a quantity without one. */
  label: string;
  /** Text for those who do not see the picture. */
  summary: string;
  /** Positive down, as depth and pressure are drawn. */
  reversed: boolean;
  /** For quantities that wrap around, such as directions, where a line would jump from 360 to 0. */
  dots: boolean;
  /** Least step that is a gap, milliseconds: two of the columns that the readings were thinned to. */
  leastGap: number;
  width: number;
  height: number;
}

/** A drawn chart, and how to go from pixels to time and value and back. */
export interface DrawnChart {
  element: SVGSVGElement | HTMLElement;
  timeAt(x: number): number;
  xOf(timeMs: number): number;
  yOf(value: number): number;
  /** The rectangle of the data, CSS pixels from the chart's top left. */
  frame: { left: number; right: number; top: number; bottom: number };
}

const MARGIN = { left: 56, right: 16, top: 24, bottom: 36 };

/** Draws a chart into a place, instead of what was there, with a library that is loaded when it is first wanted. */
export function drawChart(plot: typeof ObservablePlot, place: HTMLElement, content: ChartContent): DrawnChart {
  const { width, height, window } = content;
  const frame = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const marks = content.series.flatMap((series, index) => seriesMarks(plot, series, content, index));
  const figure = plot.plot({
    width,
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    className: 'time-series-plot',
    ariaLabel: content.summary,
    x: { type: 'utc', domain: [new Date(window.from), new Date(window.to)] },
    y: { type: 'linear', nice: true, reverse: content.reversed, label: content.label, ...flatDomain(content.series) },
    marks: [
      plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.axisY({
        label: content.label,
        labelArrow: 'none',
        tickSize: 0,
        ticks: Math.max(3, Math.round(height / 48)),
      }),
      plot.axisX({ label: null, ticks: Math.max(3, Math.round(width / 110)), tickSize: 4 }),
      ...marks,
    ],
  });
  figure.setAttribute('role', 'img');
  // Of an image only its own name is read; Plot names every group, which groups of an image must not be.
  for (const part of figure.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  place.replaceChildren(figure);
  const x = figure.scale('x');
  const y = figure.scale('y');
  return {
    element: figure,
    frame,
    timeAt: (at) => Number(x?.invert?.(at) ?? Number.NaN),
    xOf: (timeMs) => Number(x?.apply(new Date(timeMs)) ?? Number.NaN),
    yOf: (value) => Number(y?.apply(value) ?? Number.NaN),
  };
}

function seriesMarks(
  plot: typeof ObservablePlot,
  series: DeviceSeries,
  { colors, dots, leastGap }: ChartContent,
  index: number,
): ObservablePlot.Markish[] {
  const color = colors[index] ?? 'currentColor';
  const className = `series series-${index}`;
  if (dots) {
    return [
      plot.dot({ length: series.times.length }, { x: series.times, y: series.values, r: 1, fill: color, className }),
    ];
  }
  const drawn = breakAtGaps(series, gapLimit(series.times, leastGap));
  return [
    plot.line(
      { length: drawn.times.length },
      { x: drawn.times, y: drawn.values, stroke: color, strokeWidth: 1.25, strokeLinejoin: 'bevel', className },
    ),
    plot.dot(drawn.lone, { x: 'time', y: 'value', r: 1.25, fill: color, className }),
  ];
}

/** A constant series has no extent to scale to: it is drawn amid a unit around it. */
function flatDomain(series: readonly DeviceSeries[]): { domain?: [number, number] } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of series) {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low === high ? { domain: [low - 0.5, high + 0.5] } : {};
}

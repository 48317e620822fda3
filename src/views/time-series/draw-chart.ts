import type * as ObservablePlot from '@observablehq/plot';
import { axisTicks, tickTexts } from '../axis-ticks';
import { timeScale } from '../picture/figure';
import { formatInZone } from '../zone-text';
import { drawLayer } from './draw-layer';
import type { PanelContent, Side, ValueAxis, Window } from './panel-content';
import { extentOf } from './series-data';

/** Where the picture's data are, CSS pixels from its edges. */
const MARGIN = { left: 56, right: 16, top: 24, bottom: 36, rightAxis: 56, noTimes: 8 };

/** Up to this length of a window ticks fall on hours, milliseconds. */
const LONGEST_IN_HOURS = 6 * 86_400_000;

/** CSS pixels that a letter of an axis takes on average. */
const LETTER = 6;

/** More columns than any screen has would only cost. */
const MOST_COLUMNS = 4096;

/**
 * How many columns of pixels the data of a chart have on a screen.
 * @param width of the chart, CSS pixels
 * @param pixelRatio pixels of the screen in a CSS pixel
 */
export function pixelColumns(width: number, hasRightAxis: boolean, pixelRatio: number): number {
  const data = width - MARGIN.left - (hasRightAxis ? MARGIN.rightAxis : MARGIN.right);
  return Math.max(1, Math.min(MOST_COLUMNS, Math.round(data * pixelRatio)));
}

/** How a panel is to be drawn. Sizes are CSS pixels. */
export interface ChartFrame {
  width: number;
  height: number;
  /** Of any of the panels: they share their time axis, and so where it is. */
  hasRightAxis: boolean;
  /** Whether there are others, so that each says what it is of. */
  isOneOfSeveral: boolean;
  /** Whether times are written below. */
  hasTimes: boolean;
  /** In which times are written: UTC, or the browser's own. */
  zone: string;
  /** The window that the readings were asked for. */
  window: Window;
  /** Least step that is a gap, milliseconds: two of the columns that the readings were thinned to. */
  leastGap: number;
}

/** A drawn panel, and how to go from pixels to time and value and back. */
export interface DrawnChart {
  element(): SVGSVGElement | HTMLElement;
  timeAt(x: number): number;
  xOf(timeMs: number): number;
  yOf(value: number, side: Side): number;
  /** The rectangle of the data, CSS pixels from the panel's top left. */
  frame: { left: number; right: number; top: number; bottom: number };
  /** Draws another window with the readings that are there, moved and stretched. */
  show(window: Window): void;
}

/** Draws a panel into a place, instead of what was there, with a library that is loaded when it is first wanted. */
export function drawChart(
  plot: typeof ObservablePlot,
  place: HTMLElement,
  content: PanelContent,
  { width, height, hasRightAxis, isOneOfSeveral, hasTimes, zone, window: asked, leastGap }: ChartFrame,
): DrawnChart {
  const frame = {
    left: MARGIN.left,
    right: width - (hasRightAxis ? MARGIN.rightAxis : MARGIN.right),
    top: MARGIN.top,
    bottom: height - (hasTimes ? MARGIN.bottom : MARGIN.noTimes),
  };
  const ticks = Math.max(3, Math.round((frame.bottom - frame.top) / 48));
  const { left, right } = content.axes;
  /** What an axis is of, where the heading is about several and there is room; else its unit. */
  const titleOf = ({ label, unit }: ValueAxis) => {
    const isNamed = (isOneOfSeveral || right !== undefined) && label.length * LETTER < width / (right ? 2 : 1);
    return isNamed || unit === '' ? label : unit;
  };
  const scales = { left: valueScale(plot, content, 'left', frame), right: valueScale(plot, content, 'right', frame) };
  const yOf = (value: number, side: Side) =>
    content.logarithmic && value <= 0 ? Number.NaN : Number(scales[side].apply(value));
  let shown = asked;
  const xOf = (timeMs: number) =>
    frame.left + ((timeMs - shown.from) / (shown.to - shown.from)) * (frame.right - frame.left);
  const layer = drawLayer(content, { frame, x: xOf, y: yOf, leastGap });
  let element = draw();
  place.replaceChildren(element);

  function draw(): SVGSVGElement | HTMLElement {
    layer.stretch(xOf(asked.from), xOf(asked.to));
    const figure = plot.plot({
      width,
      height,
      marginLeft: frame.left,
      marginRight: width - frame.right,
      marginTop: frame.top,
      marginBottom: height - frame.bottom,
      className: 'time-series-plot',
      ariaLabel: content.summary,
      x: { type: timeScale(zone), domain: [new Date(shown.from), new Date(shown.to)] },
      y: { ...scales.left, label: left.label },
      marks: [
        plot.gridY(valuesOf('left'), { stroke: 'var(--line)', strokeOpacity: 1 }),
        valueAxis('left', titleOf(left)),
        right ? valueAxis('right', titleOf(right)) : null,
        plot.axisX({
          label: null,
          ticks: Math.max(3, Math.round(width / 110)),
          tickSize: 4,
          ...timeTicks(hasTimes, shown, zone),
        }),
        () => layer.element,
      ],
    });
    figure.setAttribute('role', 'img');
    // Of an image only its own name is read; Plot names every group, which groups of an image must not be.
    for (const part of figure.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    return figure;
  }

  function valuesOf(side: Side): number[] {
    const [low = 0, high = 1] = Array.from(scales[side].domain ?? [], Number).sort((a, b) => a - b);
    return axisTicks(low, high, ticks, content.logarithmic);
  }

  /**
   * Plot knows one scale of y: ticks of the other are put where their values are, under their own numbers. On a logarithmic
   * scale it writes few numbers but powers of ten, so they are written here.
   */
  function valueAxis(side: Side, label: string): ObservablePlot.Markish {
    const values = valuesOf(side);
    const texts = tickTexts(values);
    return plot.axisY(
      values.map((value) => (side === 'left' ? value : Number(scales.left.invert?.(scales.right.apply(value))))),
      { anchor: side, label, labelArrow: 'none', tickSize: 0, text: (_: number, index: number) => texts[index] },
    );
  }

  return {
    element: () => element,
    frame,
    timeAt: (x) => shown.from + ((x - frame.left) / (frame.right - frame.left)) * (shown.to - shown.from),
    xOf,
    yOf,
    show(window) {
      if (window.from === shown.from && window.to === shown.to) return;
      shown = window;
      const next = draw();
      element.replaceWith(next);
      element = next;
    },
  };
}

/**
 * Draws a chart of nothing that nobody sees. Browsers compile what they run for the first time, which takes as long as the drawing:
 * so it is done while the readings are on their way.
 */
export function rehearseChart(plot: typeof ObservablePlot): void {
  const axis = { label: 'nothing', unit: '', reversed: false };
  const times = Float64Array.of(0, 1, 2);
  const line = { id: '', name: '', color: 'none', side: 'left', dashed: false, times, values: times } as const;
  const nothing = { id: '', flagged: [], bands: [], logarithmic: false, shape: 'line', summary: '' } as const;
  drawChart(
    plot,
    document.createElement('div'),
    { ...nothing, flagged: [], bands: [], axes: { left: axis }, series: [line] },
    {
      ...{
        width: 640,
        height: 320,
        hasRightAxis: false,
        isOneOfSeveral: false,
        hasTimes: true,
        zone: 'UTC',
        leastGap: 1,
      },
      window: { from: 0, to: 30 * 86_400_000 },
    },
  );
}

/** Within days the hours are written as those of the day's 24; Plot writes dates well. */
function timeTicks(hasTimes: boolean, { from, to }: Window, zone: string): { tickFormat?: (time: Date) => string } {
  if (!hasTimes) return { tickFormat: () => '' };
  if (to - from > LONGEST_IN_HOURS) return {};
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: zone });
  return {
    tickFormat: (time) => {
      const clock = formatInZone(time.getTime(), zone).slice(11) || '00:00';
      return clock === '00:00' ? `${clock}\n${day.format(time)}` : clock;
    },
  };
}

/** The scale of the values drawn against one side, widened to round numbers. */
function valueScale(
  plot: typeof ObservablePlot,
  { axes, series, bands, flagged, logarithmic }: PanelContent,
  side: Side,
  frame: { top: number; bottom: number },
): ObservablePlot.Scale {
  const drawn = [
    ...[...series, ...flagged].filter((one) => one.side === side),
    ...bands
      .filter((band) => band.side === side)
      .flatMap(({ times, low, high }) => [
        { times, values: low },
        { times, values: high },
      ]),
  ];
  const { low, high } = extentOf(
    logarithmic ? drawn.map(({ times, values }) => ({ times, values: values.filter((value) => value > 0) })) : drawn,
  );
  const range = axes[side]?.reversed ? [frame.top, frame.bottom] : [frame.bottom, frame.top];
  const domain = widened(low, high, logarithmic);
  // Between powers of ten there would be more room than lines where values are of one size.
  const nice = !logarithmic || domain[1] / domain[0] >= 100;
  return plot.scale({ y: { type: logarithmic ? 'log' : 'linear', domain, nice, range } });
}

/** A constant series has no extent to scale to: it is drawn amid a unit around it. */
function widened(low: number, high: number, logarithmic: boolean): [number, number] {
  if (!(low <= high)) return logarithmic ? [1, 10] : [0, 1];
  if (low < high) return [low, high];
  return logarithmic ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
}

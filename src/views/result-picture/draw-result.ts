import type * as ObservablePlot from '@observablehq/plot';
import { binValues } from '../../stats/bins';
import { m4Indices } from '../../stats/m4';
import type { QueryResult, ResultColumn } from '../../workers/protocol';
import { depthColors, dotColor, valueColor } from '../color-ramp';
import { rasterDots } from '../picture/dot-raster';
import { compareNames } from '../compare-names';
import { asImage, type FigureSpace, timeScale } from '../picture/figure';
import { rangeOf } from '../picture/picture-drawing';
import { rampLegend, SWATCH_ROW, swatchLegend, swatchPlaces } from '../picture/legend';
import { formatCount } from '../value-text';
import { bandAxis } from './band-axis';
import {
  categoriesOf,
  categoryAt,
  channelKind,
  type Channels,
  isDownward,
  MOST_CATEGORIES,
  numbersOf,
  orderedCategories,
} from './result-channels';

const MARGIN = { left: 64, right: 24, top: 36, bottom: 40 };

/** More rows of names in the legend would take the place of the picture. */
const MOST_LEGEND_ROWS = 3;

/** Beyond so many dots they are drawn on a canvas. */
const MOST_ELEMENTS = 3_000;

/** Beyond so many there are no bars or cells. */
const MOST_BARS = 2_000;

/** A picture of an answer as its channels say. */
export function drawResult(
  plot: typeof ObservablePlot,
  result: QueryResult,
  channels: Channels,
  { width, height, theme, zone }: FigureSpace,
): SVGSVGElement | HTMLElement {
  const { columns, rowCount } = result;
  const x = columns[channels.x];
  const y = channels.y === undefined ? undefined : columns[channels.y];
  const color = channels.color === undefined ? undefined : columns[channels.color];
  if (!x) throw new Error('The answer has no such column.');
  if ((channels.mark === 'bar' || channels.mark === 'cell') && rowCount > MOST_BARS) {
    throw new Error(
      `${formatCount(rowCount)} rows are too many to be drawn one by one, more than ${formatCount(MOST_BARS)}. Group them in SQL, or choose dots.`,
    );
  }
  const frame = { left: MARGIN.left, right: width - MARGIN.right };
  const paint = painter(color, rowCount, { theme, frame, isArea: channels.mark === 'cell' || channels.mark === 'bar' });
  const isBanded = { x: isBand(x, channels.mark, 'x'), y: y !== undefined && isBand(y, channels.mark, 'y') };
  const namesOf = (column: ResultColumn) => orderedCategories(column, rowCount, zone);
  const below = isBanded.x ? bandAxis(namesOf(x), frame.right - frame.left) : undefined;
  const scaleOf = (column: ResultColumn, isBands: boolean) =>
    isBands ? { type: 'band' as const, domain: namesOf(column) } : continuousScale(column, rowCount, zone);
  const figure = plot.plot({
    width,
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top + Math.max(0, paint.legendRows - 1) * SWATCH_ROW,
    marginBottom: MARGIN.bottom + (below?.room ?? 0),
    x: {
      ...scaleOf(x, isBanded.x),
      ...(below && { ticks: below.ticks, tickRotate: below.tickRotate }),
      label: x.name,
      nice: channels.mark !== 'line',
    },
    y: y
      ? {
          ...scaleOf(y, isBanded.y),
          label: y.name,
          nice: true,
          reverse: !isBanded.y && channels.mark !== 'bar' && isDownward(y),
        }
      : { label: 'n', nice: true },
    marks: [
      channels.mark === 'cell' ? null : plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
      ...marksOf(plot, channels, { x, y, isBanded, rowCount, paint, width, height, frame, zone }),
      paint.legend ?? null,
    ],
  });
  const shown = y ? `${y.name} over ${x.name}` : `Histogram of ${x.name}`;
  return asImage(figure, `${shown}${color ? `, coloured by ${color.name}` : ''}: ${formatCount(rowCount)} rows.`);
}

interface Paint {
  /** Rows of one colour belong together in lines. */
  groups: { rows: number[]; color: string }[];
  colorAt(row: number): string;
  legend: (() => SVGGElement) | undefined;
  /** Rows of names that the legend takes above the picture. */
  legendRows: number;
}

interface Parts {
  x: ResultColumn;
  y: ResultColumn | undefined;
  isBanded: { x: boolean; y: boolean };
  rowCount: number;
  paint: Paint;
  width: number;
  height: number;
  frame: { left: number; right: number };
  zone: string;
}

function marksOf(
  plot: typeof ObservablePlot,
  { mark }: Channels,
  { x, y, isBanded, rowCount, paint, width, height, frame, zone }: Parts,
): ObservablePlot.Markish[] {
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const at = (column: ResultColumn) => (row: number) =>
    (column === x ? isBanded.x : isBanded.y) ? categoryAt(column, row, zone) : numberAt(column, row);
  const fill = (row: number) => paint.colorAt(row);
  if (mark === 'histogram' || !y) {
    const { start, width: step, counts } = binValues(numbersOf(x, rowCount), 40);
    return [
      plot.rectY(counts, {
        x1: (_: number, index: number) => start + index * step,
        x2: (_: number, index: number) => start + (index + 1) * step,
        y: (count: number) => count,
        fill: 'var(--accent)',
        inset: 0.5,
      }),
      plot.ruleY([0]),
    ];
  }
  switch (mark) {
    case 'line':
      return paint.groups.map(({ rows: group, color }) => {
        const drawn = thinned(x, y, group, Math.max(1, Math.round((frame.right - frame.left) * devicePixelRatio)));
        return plot.line(drawn, { x: at(x), y: at(y), stroke: color, strokeWidth: 1.25 });
      });
    case 'bar':
      return [plot.barY(rows, { x: at(x), y: at(y), fill, inset: 0.5 }), plot.ruleY([0])];
    case 'cell':
      return [plot.cell(rows, { x: at(x), y: at(y), fill, inset: 0.5 })];
    default:
      if (rowCount <= MOST_ELEMENTS) return [plot.dot(rows, { x: at(x), y: at(y), fill, r: 2.5, fillOpacity: 0.8 })];
      return [
        // Dots that are not seen give the scales their domains.
        plot.dot(rows, {
          x: at(x),
          y: at(y),
          render: (_, __, { x: lefts = [], y: tops = [] }) =>
            rasterDots({ x: lefts, y: tops, color: fill, radius: 1 }, width, height),
        }),
      ];
  }
}

/** The rows of a line in the order of x, no more than the picture can show. */
function thinned(x: ResultColumn, y: ResultColumn, rows: readonly number[], columns: number): number[] {
  const placed = rows
    .filter((row) => Number.isFinite(numberAt(x, row)))
    .sort((left, right) => numberAt(x, left) - numberAt(x, right));
  if (placed.length <= 4 * columns) return placed;
  const known = placed.filter((row) => !Number.isNaN(numberAt(y, row)));
  const [xs, ys] = [x, y].map((column) => Float64Array.from(known, (row) => numberAt(column, row)));
  if (!xs || !ys) return placed;
  return m4Indices(xs, ys, xs[0] ?? 0, xs.at(-1) ?? 1, columns).flatMap((index) => known[index] ?? []);
}

function numberAt(column: ResultColumn, row: number): number {
  return column.valid?.[row] === 0 || column.kind === 'text' ? Number.NaN : Number(column.values[row]);
}

/** Whether each value of a column has a place of its own on an axis, as names have. */
function isBand(column: ResultColumn, mark: Channels['mark'], axis: 'x' | 'y'): boolean {
  return mark === 'cell' || (mark === 'bar' && axis === 'x') || channelKind(column) === 'category';
}

function continuousScale(column: ResultColumn, rowCount: number, zone: string): ObservablePlot.ScaleOptions {
  // A date is that of the calendar, in whatever zone.
  if (channelKind(column) === 'time') return { type: column.kind === 'date' ? 'utc' : timeScale(zone) };
  const range = rangeOf(numbersOf(column, rowCount));
  // What has one value only is drawn amid a unit around it.
  const isOne = range !== undefined && range.low === range.high;
  return { type: 'linear', ...(isOne && { domain: [range.low - 0.5, range.high + 0.5] }) };
}

/** Colours of rows: by name, along a ramp by quantity, or all the same. */
function painter(
  column: ResultColumn | undefined,
  rowCount: number,
  { theme, frame, isArea }: { theme: FigureSpace['theme']; frame: Parts['frame']; isArea: boolean },
): Paint {
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const whole: Paint = {
    groups: [{ rows, color: 'var(--accent)' }],
    colorAt: () => accentOf(theme),
    legend: undefined,
    legendRows: 0,
  };
  if (!column) return whole;
  const place = { right: frame.right, left: frame.left, top: 4 };
  if (channelKind(column) === 'category') {
    const names = categoriesOf(column, rowCount).toSorted(compareNames);
    if (names.length > MOST_CATEGORIES) return whole;
    const colors = depthColors(names.length, theme);
    const indices = new Map(names.map((name, index) => [name, index]));
    const groups = names.map((_, index) => ({ rows: [] as number[], color: colors[index] ?? 'currentColor' }));
    for (const row of rows) groups[indices.get(categoryAt(column, row)) ?? 0]?.rows.push(row);
    const colorAt = (row: number) => colors[indices.get(categoryAt(column, row)) ?? 0] ?? 'currentColor';
    const places = swatchPlaces(names, frame.right - frame.left, MOST_LEGEND_ROWS);
    const legendRows = (places.at(-1)?.y ?? 0) / SWATCH_ROW + (places.length < names.length ? 2 : 1);
    return { groups, colorAt, legend: () => swatchLegend(names, colors, places, place), legendRows };
  }
  const values = numbersOf(column, rowCount);
  const { low, high } = rangeOf(values) ?? { low: 0, high: 0 };
  if (!(low < high)) return whole;
  const ramp = (share: number) => (isArea ? valueColor(share).fill : dotColor(share, theme));
  return {
    ...whole,
    colorAt: (row) => ramp(((values[row] ?? low) - low) / (high - low)),
    legend:
      channelKind(column) === 'time' ? undefined : () => rampLegend(column.name, low, high, place, { color: ramp }),
  };
}

/** A canvas takes no custom properties. */
function accentOf(theme: FigureSpace['theme']): string {
  return theme === 'dark' ? '#62c3dd' : '#0a6079';
}

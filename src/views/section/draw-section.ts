import { SECTION_GRID } from '../../queries/pictures/section';
import { binWidth } from '../../stats/bins';
import { levelsBetween } from '../../stats/isolines';
import { sectionGrid } from '../../stats/section-grid';
import { valueColor } from '../color-ramp';
import { asImage, timeScale } from '../picture/figure';
import { isolineMark } from '../picture/isoline-mark';
import { rampLegend } from '../picture/legend';
import { columnNumbers, verticalLabel, type DrawPicture, rangeOf } from '../picture/picture-drawing';
import { formatNumber } from '../value-text';
import { lookOf } from '../variable-look';

const MARGIN = { left: 60, right: 16, top: 44, bottom: 32 };
const ROWS = 120;
const CONTOURS = 14;

/** Contours of a variable over time and depth, with dots where it was measured. */
export const drawPicture: DrawPicture = ({ result, question, input, summary }) => {
  const [variable] = question.variables;
  const look = variable && lookOf(variable);
  const values = columnNumbers(result, 'value');
  const depths = columnNumbers(result, 'depth');
  const times = columnNumbers(result, 'time_class');
  const grid = sectionGrid({ times, depths, values }, SECTION_GRID.times, ROWS);
  const range = rangeOf(values);
  if (!range || !look) return { reason: 'No reading of this window has both a value and a depth.' };
  if (!(grid.top < grid.bottom)) {
    return {
      reason: `All readings of this window are at one depth, ${formatNumber(grid.top)} m. A section needs several.`,
    };
  }
  const step = binWidth(range.low, range.high, CONTOURS);
  const thresholds = step === undefined ? [] : levelsBetween(range.low, range.high, step);
  const { from, to } = input.selection;
  const timeOf = (column: number) => new Date(from + ((column + 0.5) / SECTION_GRID.times) * (to - from));
  const depthOf = (row: number) => grid.top + ((row + 0.5) / ROWS) * (grid.bottom - grid.top);
  const share = (value: number) => (range.high > range.low ? (value - range.low) / (range.high - range.low) : 0.5);
  return {
    facts: step === undefined ? '' : `contours every ${formatNumber(step)} ${look.unit}`.trimEnd(),
    draw(plot, { width, height, zone }) {
      const area = {
        ...{ width: SECTION_GRID.times, height: ROWS, x1: from, x2: to, y1: grid.top, y2: grid.bottom },
      };
      const figure = plot.plot({
        ...{ width, height, marginLeft: MARGIN.left, marginRight: MARGIN.right },
        ...{ marginTop: MARGIN.top, marginBottom: MARGIN.bottom },
        x: { type: timeScale(zone), domain: [new Date(from), new Date(to)], label: null },
        y: { domain: [grid.bottom, grid.top], label: verticalLabel(input, question), labelArrow: 'none' },
        color: { type: 'linear', domain: [0, 1], interpolate: (at: number) => valueColor(at).fill },
        marks: [
          plot.raster(grid.values, { ...area, fill: (value: number) => share(value), imageRendering: 'pixelated' }),
          isolineMark(
            grid,
            thresholds,
            (column) => from + ((column + 0.5) / SECTION_GRID.times) * (to - from),
            depthOf,
            {
              stroke: 'var(--ink)',
              'stroke-opacity': 0.55,
              'stroke-width': 0.75,
            },
          ),
          plot.dot(
            Array.from(times, (_, index) => index),
            {
              x: (index: number) => timeOf(times[index] ?? 0),
              y: (index: number) => depths[index],
              r: 0.6,
              fill: 'var(--ink)',
              fillOpacity: 0.35,
            },
          ),
          () => rampLegend(look.label, range.low, range.high, { right: width - MARGIN.right, top: 18 }),
        ],
      });
      return asImage(figure, summary);
    },
  };
};

import { valueColor } from '../color-ramp';
import { asImage } from '../picture/figure';
import { rampLegend } from '../picture/legend';
import { columnNumbers, type DrawPicture, rangeOf } from '../picture/picture-drawing';
import { formatCount, formatRounded } from '../value-text';
import { lookOf } from '../variable-look';
import { calendarCell, calendarColumns, isInWeeks } from './calendar-cells';

const DAYS = ['Mon', '', 'Wed', '', 'Fri', '', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Daily means as coloured cells of a calendar. */
export const drawPicture: DrawPicture = ({ result, question, summary }) => {
  const [variable] = question.variables;
  const look = variable && lookOf(variable);
  const days = columnNumbers(result, 'day');
  const means = columnNumbers(result, 'mean');
  const counts = columnNumbers(result, 'n');
  const range = rangeOf(means);
  if (!range || !look) return { reason: 'No reading of this window has a value.' };
  const inWeeks = isInWeeks(days[0] ?? 0, days.at(-1) ?? 0);
  const cells = Array.from(days, (day, index) => {
    const mean = means[index] ?? Number.NaN;
    const date = new Date(day).toISOString().slice(0, 10);
    return {
      ...calendarCell(day, inWeeks),
      fill: valueColor(range.high > range.low ? (mean - range.low) / (range.high - range.low) : 0.5).fill,
      title: `${date}: ${formatRounded(mean)} ${look.unit} (n ${formatCount(counts[index] ?? 0)})`,
    };
  });
  return {
    facts: `${formatCount(days.length)} days with readings`,
    draw(plot, { width, height }) {
      const years = [...new Set(cells.map(({ year }) => year))];
      const firstYear = years[0] ?? 2000;
      const { first, last } = calendarColumns(cells, inWeeks);
      const names = width < 600 ? MONTHS.map((month) => month.slice(0, 1)) : MONTHS;
      const ticks = MONTHS.map((_, month) => calendarCell(Date.UTC(firstYear, month, 8), inWeeks).column);
      const figure = plot.plot({
        ...{
          width,
          height,
          marginLeft: inWeeks ? 44 : 52,
          marginRight: inWeeks ? 52 : 16,
          marginTop: 36,
          marginBottom: 28,
        },
        x: {
          ...{
            type: 'band',
            domain: Array.from({ length: last - first + 1 }, (_, index) => first + index),
            padding: 0,
            label: null,
          },
          ...{ ticks: ticks.filter((tick) => tick >= first && tick <= last), tickSize: 0 },
          ...{ tickFormat: (column: number) => names[ticks.indexOf(column)] ?? '' },
        },
        y: inWeeks
          ? {
              ...{ type: 'band', domain: [0, 1, 2, 3, 4, 5, 6], padding: 0, label: null },
              ...{ tickSize: 0, tickFormat: (row: number) => DAYS[row] ?? '' },
            }
          : { type: 'band', label: null, tickSize: 0, padding: 0.1 },
        ...(inWeeks && { fy: { label: null, padding: 0.12, tickFormat: String } }),
        marks: [
          plot.cell(cells, {
            ...{ x: 'column', y: inWeeks ? 'row' : 'year', ...(inWeeks && { fy: 'year' }) },
            ...{ fill: 'fill', title: 'title', inset: inWeeks ? 0.5 : 0 },
          }),
        ],
      });
      // A mark would be drawn once in each year.
      figure.append(rampLegend(look.label, range.low, range.high, { right: width - 16, top: 6 }));
      return asImage(figure, summary);
    },
  };
};

import { dotColor } from '../color-ramp';
import { dotsMark } from '../picture/dots-mark';
import { asImage } from '../picture/figure';
import { rampLegend } from '../picture/legend';
import { columnNumbers, type DrawPicture, rangeOf } from '../picture/picture-drawing';
import { formatCount } from '../value-text';
import { lookOf } from '../variable-look';

/** One variable against another, coloured by how many readings lie together. */
export const drawPicture: DrawPicture = ({ result, question, summary }) => {
  const [first, second] = question.variables;
  const [x, y, n] = [columnNumbers(result, 'x'), columnNumbers(result, 'y'), columnNumbers(result, 'n')];
  const most = rangeOf(n)?.high;
  if (most === undefined || !first || !second) return { reason: 'No reading of this window has both values.' };
  const [r = Number.NaN] = columnNumbers(result, 'r');
  const shade = (count: number) => (most > 1 ? Math.log(count) / Math.log(most) : 0.4);
  return {
    facts: Number.isNaN(r) ? '' : `r = ${r.toFixed(3)}`,
    draw(plot, { width, height, theme }) {
      const color = (at: number) => dotColor(at, theme);
      const look = { color, format: formatCount };
      const figure = plot.plot({
        ...{ width, height, marginLeft: 60, marginRight: 24, marginTop: 44, marginBottom: 40 },
        x: { type: 'linear', label: lookOf(first).label, labelArrow: 'none', nice: true },
        y: { type: 'linear', label: lookOf(second).label, labelArrow: 'none', nice: true },
        marks: [
          plot.gridX({ stroke: 'var(--line)', strokeOpacity: 1 }),
          plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
          dotsMark(plot, { x, y }, (index) => color(shade(n[index] ?? 1)), 2),
          most > 1 ? () => rampLegend('Readings (log)', 1, most, { right: width - 24, top: 18 }, look) : null,
        ],
      });
      return asImage(figure, summary);
    },
  };
};

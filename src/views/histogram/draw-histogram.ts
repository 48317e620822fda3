import { asImage } from '../picture/figure';
import { columnNumbers, type DrawPicture } from '../picture/picture-drawing';
import { formatNumber, formatRounded } from '../value-text';
import { lookOf } from '../variable-look';

/** How often values occur, with their mean and median. */
export const drawPicture: DrawPicture = ({ result, question, summary }) => {
  const [variable] = question.variables;
  const look = variable && lookOf(variable);
  if (result.rowCount === 0 || !look) return { reason: 'No reading of this window has a value.' };
  const lower = columnNumbers(result, 'lower');
  const counts = columnNumbers(result, 'n');
  const [width = 1] = columnNumbers(result, 'width');
  const [mean = Number.NaN] = columnNumbers(result, 'mean');
  const [median = Number.NaN] = columnNumbers(result, 'median');
  const [deviation = Number.NaN] = columnNumbers(result, 'standard_deviation');
  const classes = Array.from(lower, (_, index) => index);
  return {
    facts: [
      `mean ${formatRounded(mean)}, median ${formatRounded(median)},`,
      `standard deviation ${formatRounded(deviation)} ${look.unit}; classes of ${formatNumber(width)} ${look.unit}`.trimEnd(),
    ].join(' '),
    draw(plot, space) {
      const figure = plot.plot({
        ...{ width: space.width, height: space.height },
        ...{ marginLeft: 64, marginRight: 24, marginTop: 20, marginBottom: 40 },
        x: { type: 'linear', label: look.label, labelArrow: 'none', nice: true },
        y: { type: 'linear', label: 'Readings', labelArrow: 'none', nice: true },
        marks: [
          plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
          plot.rectY(classes, {
            x1: (index: number) => lower[index],
            x2: (index: number) => (lower[index] ?? 0) + width,
            y: (index: number) => counts[index],
            fill: 'var(--accent)',
            fillOpacity: 0.75,
            inset: 0.5,
          }),
          plot.ruleX([mean], { stroke: 'var(--ink)', strokeWidth: 1.5 }),
          plot.ruleX([median], { stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '4 3' }),
          plot.ruleY([0], { stroke: 'var(--line-strong)' }),
          // Each stands on its side, that they do not meet where the two are close.
          plot.text(['mean'], { x: [mean], ...above(mean < median) }),
          plot.text(['median'], { x: [median], ...above(mean >= median) }),
        ],
      });
      return asImage(figure, summary);
    },
  };
};

function above(isLeft: boolean) {
  return { frameAnchor: 'top', dy: -10, dx: isLeft ? 3 : -3, textAnchor: isLeft ? 'end' : 'start' } as const;
}

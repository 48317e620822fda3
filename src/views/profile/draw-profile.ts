import { asImage } from '../picture/figure';
import { columnNumbers, verticalLabel, type DrawPicture } from '../picture/picture-drawing';
import { lookOf } from '../variable-look';

/** A variable over depth: mean, 10th to 90th percentile, least and greatest value. */
export const drawPicture: DrawPicture = ({ result, question, input, summary }) => {
  const [variable] = question.variables;
  const look = variable && lookOf(variable);
  if (result.rowCount === 0 || !look) return { reason: 'No reading of this window has both a value and a depth.' };
  const named = ['depth', 'mean', 'low', 'high', 'minimum', 'maximum'] as const;
  const numbers = named.map((name) => columnNumbers(result, name));
  const rows = Array.from({ length: result.rowCount }, (_, row) => row);
  const at = (name: (typeof named)[number]) => (row: number) => numbers[named.indexOf(name)]?.[row];
  return {
    facts: `${result.rowCount} levels: mean, band from the 10th to the 90th percentile, least and greatest`,
    draw(plot, { width, height }) {
      const y = at('depth');
      const thin = { y, stroke: 'var(--accent)', strokeOpacity: 0.6, strokeWidth: 0.75 };
      const figure = plot.plot({
        ...{ width, height, marginLeft: 60, marginRight: 24, marginTop: 20, marginBottom: 40 },
        x: { type: 'linear', label: look.label, labelArrow: 'none', nice: true },
        y: { type: 'linear', label: verticalLabel(input, question), labelArrow: 'none', reverse: true, nice: true },
        marks: [
          plot.gridX({ stroke: 'var(--line)', strokeOpacity: 1 }),
          plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
          plot.areaX(rows, { y, x1: at('low'), x2: at('high'), fill: 'var(--accent)', fillOpacity: 0.2 }),
          plot.lineX(rows, { ...thin, x: at('minimum') }),
          plot.lineX(rows, { ...thin, x: at('maximum') }),
          plot.lineX(rows, { y, x: at('mean'), stroke: 'var(--accent)', strokeWidth: 2 }),
          plot.dot(rows, { y, x: at('mean'), fill: 'var(--accent)', r: 2.5 }),
        ],
      });
      return asImage(figure, summary);
    },
  };
};

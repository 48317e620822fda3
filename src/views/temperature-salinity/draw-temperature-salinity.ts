import { potentialTemperature, referenceSalinity, sigma0 } from '@tidelake/lake-format';
import { binWidth } from '../../stats/bins';
import { densityLabels } from '../../stats/density-contour';
import { valueColor } from '../color-ramp';
import { dotsMark } from '../picture/dots-mark';
import { asImage } from '../picture/figure';
import { rampLegend } from '../picture/legend';
import { columnNumbers, type DrawPicture, rangeOf } from '../picture/picture-drawing';
import { formatNumber, formatRounded } from '../value-text';
import { lookOf } from '../variable-look';

const MARGIN = { left: 52, right: 40, top: 34, bottom: 40 };
/** Density changes slowly: it is computed at one place in so many pixels each way. */
const PIXELS = 6;
const CONTOURS = 9;

/** Temperature against salinity, coloured by depth, over lines of equal potential density. */
export const drawPicture: DrawPicture = ({ result, question, summary }) => {
  const salinity = columnNumbers(result, 'salinity');
  const pressure = columnNumbers(result, 'pressure');
  const isPotential = question.needs.length > 0;
  const temperature = columnNumbers(result, 'temperature').map((measured, index) =>
    isPotential
      ? potentialTemperature(referenceSalinity(salinity[index] ?? 0), measured, pressure[index] ?? 0)
      : measured,
  );
  const [salinities, temperatures, pressures] = [rangeOf(salinity), rangeOf(temperature), rangeOf(pressure)];
  const [salinityColumn] = question.variables;
  if (!salinities || !temperatures || !salinityColumn) {
    return { reason: 'No reading of this window has temperature and salinity together.' };
  }
  const low = { salinity: padded(salinities, -1), temperature: padded(temperatures, -1) };
  const high = { salinity: padded(salinities, 1), temperature: padded(temperatures, 1) };
  const density = (atSalinity: number, atTemperature: number) => sigma0(atSalinity, atTemperature, 0);
  const [lightest, densest] = [density(low.salinity, high.temperature), density(high.salinity, low.temperature)];
  const step = binWidth(lightest, densest, CONTOURS) ?? 1;
  const levels = Array.from({ length: Math.floor(densest / step) - Math.ceil(lightest / step) + 1 }, (_, index) =>
    Number(((Math.ceil(lightest / step) + index) * step).toPrecision(8)),
  );
  const share = (value: number) =>
    pressures && pressures.high > pressures.low ? (value - pressures.low) / (pressures.high - pressures.low) : 0;
  const densities = rangeOf(salinity.map((at, index) => density(at, temperature[index] ?? Number.NaN)));
  return {
    facts: densities ? `σ₀ from ${formatRounded(densities.low)} to ${formatRounded(densities.high)} kg m⁻³` : '',
    draw(plot, { width, height }) {
      const figure = plot.plot({
        ...{ width, height, marginLeft: MARGIN.left, marginRight: MARGIN.right },
        ...{ marginTop: MARGIN.top, marginBottom: MARGIN.bottom },
        x: {
          type: 'linear',
          domain: [low.salinity, high.salinity],
          label: lookOf(salinityColumn).label,
          labelArrow: 'none',
        },
        y: {
          ...{ type: 'linear', domain: [low.temperature, high.temperature], labelArrow: 'none' },
          label: `${isPotential ? 'Potential temperature' : 'Temperature'} (°C)`,
        },
        marks: [
          plot.contour({
            ...{ x1: low.salinity, x2: high.salinity, y1: low.temperature, y2: high.temperature, pixelSize: PIXELS },
            value: density,
            thresholds: levels,
            stroke: 'var(--muted)',
            strokeOpacity: 0.7,
            strokeWidth: 0.75,
          }),
          plot.text(densityLabels(density, levels, { low, high }), {
            x: 'salinity',
            y: 'temperature',
            text: ({ level }: { level: number }) => formatNumber(level),
            textAnchor: 'start',
            dx: 3,
            fill: 'var(--muted)',
            clip: false,
          }),
          dotsMark(plot, { x: salinity, y: temperature }, (index) => valueColor(share(pressure[index] ?? 0)).fill, 2),
          pressures && isPotential
            ? () =>
                rampLegend(
                  /pres/i.test(question.needs[0] ?? '') ? 'Pressure (dbar)' : 'Depth (m)',
                  pressures.low,
                  pressures.high,
                  {
                    right: width - MARGIN.right,
                    top: 8,
                  },
                )
            : null,
        ],
      });
      return asImage(figure, summary);
    },
  };
};

/** An end of a range with some room beyond it. */
function padded({ low, high }: { low: number; high: number }, end: 1 | -1): number {
  const room = Math.max((high - low) * 0.06, 0.01);
  return end === 1 ? high + room : low - room;
}

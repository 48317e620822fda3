import { potentialTemperature, referenceSalinity, sigma0 } from '@tidelake/lake-format';
import { binWidth } from '../../stats/bins';
import { densityLabels } from '../../stats/density-contour';
import { levelsBetween } from '../../stats/isolines';
import { dotColor } from '../color-ramp';
import { dotsMark } from '../picture/dots-mark';
import { asImage } from '../picture/figure';
import { isolineMark } from '../picture/isoline-mark';
import { rampLegend } from '../picture/legend';
import { columnNumbers, verticalLabel, type DrawPicture, rangeOf } from '../picture/picture-drawing';
import { formatNumber, formatRounded } from '../value-text';
import { lookOf } from '../variable-look';

const MARGIN = { left: 52, right: 40, top: 44, bottom: 40 };
/** Density changes slowly: so many places across are enough to find its lines. */
const GRID = { columns: 64, rows: 48 };
const CONTOURS = 12;

/** Temperature against salinity, coloured by depth, over lines of equal potential density. */
export const drawPicture: DrawPicture = ({ result, question, input, summary }) => {
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
  const levels = levelsBetween(lightest, densest, step);
  const salinityOf = (column: number) => low.salinity + (column / (GRID.columns - 1)) * (high.salinity - low.salinity);
  const temperatureOf = (row: number) =>
    low.temperature + (row / (GRID.rows - 1)) * (high.temperature - low.temperature);
  const values = Float64Array.from({ length: GRID.columns * GRID.rows }, (_, index) =>
    density(salinityOf(index % GRID.columns), temperatureOf(Math.floor(index / GRID.columns))),
  );
  const grid = { ...GRID, values };
  const share = (value: number) =>
    pressures && pressures.high > pressures.low ? (value - pressures.low) / (pressures.high - pressures.low) : 0;
  const densities = rangeOf(salinity.map((at, index) => density(at, temperature[index] ?? Number.NaN)));
  return {
    facts: densities
      ? `σ₀ from ${formatRounded(densities.low)} to ${formatRounded(densities.high)}, lines every ${formatNumber(step)} kg m⁻³`
      : '',
    draw(plot, { width, height, theme }) {
      const color = (at: number) => dotColor(at, theme);
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
          isolineMark(grid, levels, salinityOf, temperatureOf, {
            stroke: 'var(--muted)',
            'stroke-opacity': 0.7,
            'stroke-width': 0.75,
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
          dotsMark(plot, { x: salinity, y: temperature }, (index) => color(share(pressure[index] ?? 0)), 2),
          pressures && isPotential
            ? () =>
                rampLegend(
                  verticalLabel(input, question),
                  pressures.low,
                  pressures.high,
                  { right: width - MARGIN.right, top: 18 },
                  { color },
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

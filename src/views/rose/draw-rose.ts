import { ROSE_SECTORS } from '../../queries/pictures/rose';
import { axisTicks } from '../axis-ticks';
import { valueColor } from '../color-ramp';
import { asImage } from '../picture/figure';
import { columnNumbers, type DrawPicture } from '../picture/picture-drawing';
import { svgElement } from '../svg-element';
import { formatNumber } from '../value-text';
import { lookOf } from '../variable-look';
import { roseWedges, wedgePath } from './rose-sectors';

const NAMES = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'];

/** How often a flow has which direction and speed, around the compass. */
export const drawPicture: DrawPicture = ({ result, question, summary }) => {
  const { wedges, calm, largest, classes, n } = roseWedges({
    sectors: columnNumbers(result, 'sector'),
    speedClasses: columnNumbers(result, 'speed_class'),
    n: columnNumbers(result, 'n'),
  });
  const [step = 1] = columnNumbers(result, 'step');
  const sense = result.columns.find(({ name }) => name === 'sense')?.values[0];
  const speed = question.variables[0];
  if (n === 0 || largest === 0 || !speed) return { reason: 'No reading of this window has a speed and a direction.' };
  const unit = lookOf(speed).unit;
  const rings = axisTicks(0, 100 * largest, 4).filter((ring) => ring > 0);
  const reach = Math.max(100 * largest, rings.at(-1) ?? 0);
  const words = sense === 'from' ? 'where it comes from' : 'where it goes to';
  const color = (speedClass: number) => valueColor(classes > 1 ? 0.15 + (0.85 * speedClass) / (classes - 1) : 0.5).fill;
  return {
    facts: `direction is ${words}; calm ${(100 * calm).toFixed(1)} %`,
    draw(_plot, { width, height }) {
      const radius = Math.max(40, Math.min(width - 220, height - 56) / 2);
      const figure = svgElement('svg', { width, height, viewBox: `0 0 ${width} ${height}` });
      const center = svgElement('g', {
        transform: `translate(${Math.max(radius + 40, (width - 140) / 2)},${height / 2})`,
      });
      for (const ring of rings) {
        const r = (ring / reach) * radius;
        center.append(svgElement('circle', { r, fill: 'none', stroke: 'var(--line-strong)', 'stroke-width': 0.75 }));
      }
      const width360 = 360 / ROSE_SECTORS;
      for (const { sector, speedClass, from, to } of wedges) {
        const [inner, outer] = [from, to].map((share) => ((100 * share) / reach) * radius);
        const middle = sector * width360;
        const d = wedgePath(middle - 0.42 * width360, middle + 0.42 * width360, inner ?? 0, outer ?? 0);
        center.append(
          svgElement('path', { d, fill: color(speedClass), stroke: 'var(--surface)', 'stroke-width': 0.5 }),
        );
      }
      for (const ring of rings) {
        center.append(label(`${formatNumber(ring)} %`, 4, -(ring / reach) * radius - 2, 'start', 'var(--ink)'));
      }
      for (const [index, name] of NAMES.entries()) {
        const angle = (index * Math.PI) / 4;
        const [x, y] = [(radius + 14) * Math.sin(angle), -(radius + 14) * Math.cos(angle) + 4];
        center.append(label(name, x, y, 'middle', 'var(--ink)'));
      }
      figure.append(center, legend(width, classes, step, unit, color));
      return asImage(figure, summary);
    },
  };
};

function legend(
  width: number,
  classes: number,
  step: number,
  unit: string,
  color: (speedClass: number) => string,
): SVGGElement {
  const group = svgElement('g', { transform: `translate(${width - 132},24)` });
  group.append(label(unit === '' ? 'Speed' : `Speed (${unit})`, 0, 0, 'start', 'var(--ink)'));
  for (let speedClass = classes - 1; speedClass >= 0; speedClass -= 1) {
    const y = 8 + (classes - 1 - speedClass) * 16;
    const bounds = [speedClass, speedClass + 1].map((at) => formatNumber(Number((at * step).toPrecision(6))));
    group.append(
      svgElement('rect', { y, width: 12, height: 12, rx: 2, fill: color(speedClass) }),
      label(`${bounds[0] ?? ''} – ${bounds[1] ?? ''}`, 18, y + 10, 'start', 'var(--ink)'),
    );
  }
  return group;
}

function label(content: string, x: number, y: number, anchor: string, fill: string): SVGTextElement {
  // A rim of the ground's colour keeps a label readable above the wedges.
  const rim = { stroke: 'var(--surface)', 'stroke-width': 3, 'paint-order': 'stroke', 'stroke-linejoin': 'round' };
  const text = svgElement('text', { x, y, 'text-anchor': anchor, fill, ...rim });
  text.textContent = content;
  return text;
}

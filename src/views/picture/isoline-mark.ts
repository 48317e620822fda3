import type { RenderFunction } from '@observablehq/plot';
import { isoline, type ValueGrid } from '../../stats/isolines';
import { svgElement } from '../svg-element';

/**
 * Lines of equal value of a grid.
 * @param x scale's value of a column, which may be a fraction
 * @param y scale's value of a row
 */
export function isolineMark(
  grid: ValueGrid,
  levels: readonly number[],
  x: (column: number) => number,
  y: (row: number) => number,
  attributes: Readonly<Record<string, string | number>>,
): RenderFunction {
  return (_index, scales) => {
    const at = (column: number, row: number) =>
      `${Number(scales.x?.(x(column))).toFixed(1)},${Number(scales.y?.(y(row))).toFixed(1)}`;
    const d = levels
      .flatMap((level) => isoline(grid, level).map(([x1, y1, x2, y2]) => `M${at(x1, y1)}L${at(x2, y2)}`))
      .join('');
    return svgElement('path', { d, fill: 'none', class: 'isolines', ...attributes });
  };
}

/** An even grid of values, row by row; NaN where nothing is known. */
export interface ValueGrid {
  columns: number;
  rows: number;
  values: Float64Array;
}

/**
 * The lines along which a grid has a value, by marching squares: each piece as x and y of both its ends, in columns and
 * rows of the grid, whose values stand at whole numbers. There are no lines beside what is unknown.
 */
export function isoline({ columns, rows, values }: ValueGrid, level: number): [number, number, number, number][] {
  const pieces: [number, number, number, number][] = [];
  const at = (column: number, row: number) => values[row * columns + column] ?? Number.NaN;
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)] as const;
      if (corners.some(Number.isNaN)) continue;
      const crossings = CORNERS.flatMap(([x, y], corner): [number, number][] => {
        const next = (corner + 1) % 4;
        const [from = 0, to = 0] = [corners[corner], corners[next]];
        if (from < level === to < level) return [];
        const share = (level - from) / (to - from);
        const [nextX, nextY] = CORNERS[next] ?? [0, 0];
        return [[column + x + share * (nextX - x), row + y + share * (nextY - y)]];
      });
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const [[x1, y1] = [0, 0], [x2, y2] = [0, 0]] = crossings.slice(pair, pair + 2);
        pieces.push([x1, y1, x2, y2]);
      }
    }
  }
  return pieces;
}

/** Corners of a cell in turn. */
const CORNERS: readonly [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** The multiples of a step between two values. */
export function levelsBetween(low: number, high: number, step: number): number[] {
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

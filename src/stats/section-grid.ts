/** Averages of readings: one for each column of time and level of depth that has any. */
export interface SectionCells {
  /** Column of time, from 0. */
  times: ArrayLike<number>;
  /** Mean depth, metres. */
  depths: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** Values on an even grid, row by row from the shallowest level down; NaN where nothing is known. */
export interface SectionGrid {
  columns: number;
  rows: number;
  /** Depths of the upper edge of the first row and of the lower edge of the last. */
  top: number;
  bottom: number;
  values: Float64Array;
}

/** Readings further apart than this share of the whole depth are not joined. */
const WIDEST_LAYER = 0.2;
/** Columns further apart than so many usual steps are not joined. */
const WIDEST_GAP = 3;

/**
 * A section on an even grid: linear in depth between the readings of a column of time, then linear in time between columns.
 * Nothing is put above the shallowest or below the deepest reading of a column, across layers of more than a fifth of the
 * whole depth, or across gaps of more than three usual steps.
 * @param columns how many columns of time there are
 * @param rows how many levels of depth the grid is to have
 */
export function sectionGrid(cells: SectionCells, columns: number, rows: number): SectionGrid {
  const byColumn = new Map<number, { depth: number; value: number }[]>();
  let [top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < cells.times.length; index++) {
    const depth = cells.depths[index] ?? Number.NaN;
    const value = cells.values[index] ?? Number.NaN;
    if (!Number.isFinite(depth) || !Number.isFinite(value)) continue;
    const column = cells.times[index] ?? 0;
    byColumn.set(column, [...(byColumn.get(column) ?? []), { depth, value }]);
    top = Math.min(top, depth);
    bottom = Math.max(bottom, depth);
  }
  const values = new Float64Array(columns * rows).fill(Number.NaN);
  if (!(top < bottom)) return { columns, rows, top, bottom, values };
  for (const [column, readings] of byColumn) {
    fillColumn(values, { columns, rows, column, top, bottom }, readings);
  }
  joinColumns(
    values,
    columns,
    rows,
    [...byColumn.keys()].sort((left, right) => left - right),
  );
  return { columns, rows, top, bottom, values };
}

function fillColumn(
  values: Float64Array,
  {
    columns,
    rows,
    column,
    top,
    bottom,
  }: { columns: number; rows: number; column: number; top: number; bottom: number },
  readings: { depth: number; value: number }[],
): void {
  readings.sort((left, right) => left.depth - right.depth);
  const height = (bottom - top) / rows;
  for (const [index, lower] of readings.entries()) {
    const upper = readings[index - 1];
    const own = Math.min(rows - 1, Math.floor((lower.depth - top) / height));
    if (upper && lower.depth > upper.depth && lower.depth - upper.depth <= WIDEST_LAYER * (bottom - top)) {
      const first = Math.ceil((upper.depth - top) / height - 0.5);
      const last = Math.floor((lower.depth - top) / height - 0.5);
      for (let row = Math.max(0, first); row <= Math.min(rows - 1, last); row++) {
        const share = (top + (row + 0.5) * height - upper.depth) / (lower.depth - upper.depth);
        values[row * columns + column] = upper.value + share * (lower.value - upper.value);
      }
    }
    // A reading is seen where it was taken, even where nothing joins it.
    if (Number.isNaN(values[own * columns + column] ?? Number.NaN)) values[own * columns + column] = lower.value;
  }
}

function joinColumns(values: Float64Array, columns: number, rows: number, filled: readonly number[]): void {
  const steps = filled.slice(1).map((column, index) => column - (filled[index] ?? column));
  const usual = steps.toSorted((left, right) => left - right)[Math.floor(steps.length / 2)] ?? 1;
  for (const [index, step] of steps.entries()) {
    if (step <= 1 || step > WIDEST_GAP * usual) continue;
    const from = filled[index] ?? 0;
    for (let row = 0; row < rows; row++) {
      const before = values[row * columns + from] ?? Number.NaN;
      const after = values[row * columns + from + step] ?? Number.NaN;
      for (let at = 1; at < step; at++) values[row * columns + from + at] = before + (at / step) * (after - before);
    }
  }
}

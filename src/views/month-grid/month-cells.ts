import type { MonthGridDrawing } from '../../queries/analysis';
import type { QueryResult } from '../../workers/protocol';

/** One month of one device. */
export interface MonthCell {
  value: number;
  /** Readings, and how many a fully sampled month (inside the window) would hold. */
  count: number;
  expected: number;
  marked: boolean;
}

/** A panel of a month grid: rows are devices in the order given, columns months in the order of time. */
export interface MonthPanel {
  title: string;
  unit: string;
  /** Least and greatest value of the panel. */
  low: number;
  high: number;
  rows: { device: string; cells: (MonthCell | undefined)[] }[];
}

export interface MonthGridData {
  /** `YYYY-MM`, every month from the first to the last, also those without a reading. */
  months: string[];
  panels: MonthPanel[];
}

/** Most months a grid draws; a longer record shows its newest. */
const MOST_MONTHS = 240;

/**
 * Arranges an answer as a grid.
 * @param devices the order of the rows; devices of the answer that are not among them follow
 * @param parameters values of the analysis's parameters, for the marks
 */
export function monthGrid(
  result: QueryResult,
  drawing: MonthGridDrawing,
  devices: readonly string[],
  parameters: Readonly<Record<string, number>>,
): MonthGridData {
  const monthTexts = texts(result, drawing.month).map((text) => text.slice(0, 7));
  const rowTexts = texts(result, drawing.row);
  const counts = numbers(result, drawing.count);
  const expected = numbers(result, drawing.expected);
  const present = new Set(rowTexts);
  const order = [
    ...devices.filter((device) => present.has(device)),
    ...[...present].filter((device) => !devices.includes(device)),
  ];
  const months = everyMonth(monthTexts);
  const panels = drawing.panels.map(({ value, title, unit, markBelow }): MonthPanel => {
    const values = numbers(result, value);
    const finite = values.filter(Number.isFinite);
    const limit = markBelow === undefined ? undefined : parameters[markBelow];
    const cells = new Map<string, MonthCell>();
    for (const [row, month] of monthTexts.entries()) {
      const at = values[row] ?? Number.NaN;
      if (!Number.isFinite(at)) continue;
      cells.set(`${rowTexts[row]}\n${month}`, {
        value: at,
        count: counts[row] ?? 0,
        expected: expected[row] ?? 0,
        marked: limit !== undefined && at < limit,
      });
    }
    return {
      title,
      unit,
      low: Math.min(...finite),
      high: Math.max(...finite),
      rows: order.map((device) => ({ device, cells: months.map((month) => cells.get(`${device}\n${month}`)) })),
    };
  });
  return { months, panels };
}

function everyMonth(present: readonly string[]): string[] {
  const sorted = present.filter((month) => /^\d{4}-\d{2}$/.test(month)).toSorted();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const months: string[] = [];
  const date = new Date(`${first}-01T00:00:00Z`);
  for (let month = first; month <= last; month = date.toISOString().slice(0, 7)) {
    months.push(month);
    date.setUTCMonth(date.getUTCMonth() + 1);
  }
  return months.slice(-MOST_MONTHS);
}

function texts(result: QueryResult, name: string): string[] {
  const column = result.columns.find((candidate) => candidate.name === name);
  if (!column) return [];
  return Array.from({ length: result.rowCount }, (_, row) => {
    if (column.valid?.[row] === 0) return '';
    if (column.kind !== 'timestamp' && column.kind !== 'date') return String(column.values[row] ?? '');
    const time = new Date(column.values[row] ?? Number.NaN);
    return Number.isNaN(time.getTime()) ? '' : time.toISOString();
  });
}

function numbers(result: QueryResult, name: string): number[] {
  const column = result.columns.find((candidate) => candidate.name === name);
  if (column?.kind !== 'number' && column?.kind !== 'bigint') return [];
  return Array.from({ length: result.rowCount }, (_, row) =>
    column.valid?.[row] === 0 ? Number.NaN : Number(column.values[row] ?? Number.NaN),
  );
}

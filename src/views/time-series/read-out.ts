import type { DrawnChart } from './draw-chart';
import type { PanelContent, Side } from './panel-content';
import { nearestIndex } from './series-data';

/** A reading that is pointed at: which panel, series and point. */
export interface ChartPoint {
  panel: number;
  series: number;
  point: number;
}

/** A value at the read-out's time. NaN stands for missing. */
export interface Reading {
  panel: number;
  side: Side;
  time: number;
  value: number;
  name: string;
  color: string;
  label: string;
  unit: string;
}

/** The point of a panel that is nearest to a place, in CSS pixels of the panel. */
export function nearestPoint(
  { series }: PanelContent,
  chart: Pick<DrawnChart, 'timeAt' | 'xOf' | 'yOf'>,
  x: number,
  y: number,
  focused: string | undefined,
): { series: number; point: number } | undefined {
  const time = chart.timeAt(x);
  const isFocused = series.some(({ id }) => id === focused);
  let best: { series: number; point: number } | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [index, { id, times, values, side }] of series.entries()) {
    if (isFocused && id !== focused) continue;
    const point = nearestIndex(times, time);
    const [at, value] = [times[point], values[point]];
    if (at === undefined || value === undefined) continue;
    const distance = Math.hypot(chart.xOf(at) - x, chart.yOf(value, side) - y);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = { series: index, point };
    }
  }
  return best;
}

/** The reading pointed at, then those of the same device in all panels nearest to its time. */
export function readingsAt(panels: readonly PanelContent[], at: ChartPoint): Reading[] {
  const pointed = panels[at.panel]?.series[at.series];
  const time = pointed?.times[at.point];
  if (!pointed || time === undefined) return [];
  const found: Reading[] = [];
  for (const [panel, { series, axes }] of panels.entries()) {
    for (const one of series) {
      if (one.id !== pointed.id) continue;
      const index = one === pointed ? at.point : nearestIndex(one.times, time);
      const axis = axes[one.side];
      const reading: Reading = {
        panel,
        side: one.side,
        time: one.times[index] ?? Number.NaN,
        value: one.values[index] ?? Number.NaN,
        name: one.name,
        color: one.color,
        label: axis?.label ?? '',
        unit: axis?.unit ?? '',
      };
      if (one === pointed) found.unshift(reading);
      else found.push(reading);
    }
  }
  return found;
}

/**
 * The point so many readings and lines further on, at the same time where the line changes; the lines of all panels
 * follow each other. From no point at all it begins at the very first.
 */
export function movedPoint(
  panels: readonly PanelContent[],
  from: ChartPoint | undefined,
  points: number,
  lines: number,
): ChartPoint | undefined {
  const all = panels.flatMap(({ series }, panel) => series.map((one, index) => ({ panel, series: index, one })));
  const now = all.findIndex(({ panel, series }) => panel === (from?.panel ?? 0) && series === (from?.series ?? 0));
  const before = all[now];
  const next = all[Math.max(0, Math.min(all.length - 1, now + lines))];
  if (!next || next.one.times.length === 0) return from;
  const time = before?.one.times[from?.point ?? 0] ?? 0;
  const start = lines === 0 ? (from?.point ?? 0) : nearestIndex(next.one.times, time);
  const point = Math.max(0, Math.min(next.one.times.length - 1, start + points));
  return { panel: next.panel, series: next.series, point };
}

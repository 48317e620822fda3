import { describe, expect, it } from 'vitest';
import type { PanelContent, PanelSeries } from './panel-content';
import { movedPoint, nearestPoint, readingsAt } from './read-out';

function series(id: string, values: number[]): PanelSeries {
  const times = Float64Array.from(values, (_, index) => 10 * index);
  return { id, name: id, color: '', side: 'left', dashed: false, times, values: Float64Array.from(values) };
}

function panel(label: string, all: PanelSeries[]): PanelContent {
  const left = { label, unit: '', reversed: false };
  return {
    ...{ id: label, axes: { left }, series: all, flagged: [], bands: [] },
    ...{ logarithmic: false, shape: 'line', summary: '' },
  };
}

const panels = [panel('t', [series('a', [1, 2, 3]), series('b', [7, 8])]), panel('s', [series('b', [70, NaN, 90])])];
const chart = { timeAt: (x: number) => x, xOf: (time: number) => time, yOf: (value: number) => value };

describe('the read-out', () => {
  it('takes the nearest reading, of the focused device where there is one', () => {
    const [first] = panels;
    if (!first) throw new Error('no panel');
    expect(nearestPoint(first, chart, 11, 3, undefined)).toEqual({ series: 0, point: 1 });
    expect(nearestPoint(first, chart, 11, 3, 'b')).toEqual({ series: 1, point: 1 });
    expect(nearestPoint(first, chart, 11, 3, 'elsewhere')).toEqual({ series: 0, point: 1 });
  });

  it('reads the same device in every panel, the one pointed at first', () => {
    const readings = readingsAt(panels, { panel: 1, series: 0, point: 2 });
    expect(readings.map(({ label, time, value }) => [label, time, value])).toEqual([
      ['s', 20, 90],
      ['t', 10, 8],
    ]);
    expect(readingsAt(panels, { panel: 3, series: 0, point: 0 })).toEqual([]);
  });

  it('moves along a line, and from line to line through all panels', () => {
    expect(movedPoint(panels, undefined, 1, 0)).toEqual({ panel: 0, series: 0, point: 1 });
    expect(movedPoint(panels, { panel: 0, series: 0, point: 2 }, 1, 0)).toEqual({ panel: 0, series: 0, point: 2 });
    expect(movedPoint(panels, { panel: 0, series: 0, point: 2 }, 0, 1)).toEqual({ panel: 0, series: 1, point: 1 });
    expect(movedPoint(panels, { panel: 0, series: 1, point: 1 }, 0, 1)).toEqual({ panel: 1, series: 0, point: 1 });
    expect(movedPoint([], undefined, 1, 0)).toBeUndefined();
  });
});

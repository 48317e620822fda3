import { describe, expect, it } from 'vitest';
import { colorScale, cssColor, scaleColors, scaleTicks } from './color-scale';

describe('the colours of values', () => {
  it('run from dark to light in viridis', () => {
    const scale = colorScale([2, 4, NaN, 12], 'mean');
    expect([scale.low, scale.high, scale.clipped]).toEqual([2, 12, false]);
    expect(cssColor(scale, 2)).toBe('rgb(68 1 84)');
    expect(cssColor(scale, 12)).toBe('rgb(253 231 37)');
    expect(scaleTicks(scale)).toEqual(['2.000', '7.000', '12.000']);
    expect([scaleColors(scale)[0], scaleColors(scale).at(-1)]).toEqual(['rgb(68 1 84)', 'rgb(253 231 37)']);
  });

  it('stand evenly around zero for differences', () => {
    const scale = colorScale([-1, 3], 'anomaly');
    expect([scale.low, scale.high]).toEqual([-3, 3]);
    const middle = cssColor(scale, 0).match(/\d+/g)?.map(Number) ?? [];
    expect(Math.min(...middle)).toBeGreaterThan(235);
  });

  it('are not flattened by an outlier, and say so', () => {
    const scale = colorScale([...Array.from({ length: 99 }, (_, index) => index), 1e6], 'mean');
    expect(scale.high).toBeLessThan(100);
    expect(scale.clipped).toBe(true);
    expect(cssColor(scale, 1e6)).toBe('rgb(253 231 37)');
  });

  it('are there for one value and for none; a missing one is grey', () => {
    expect(colorScale([5, 5], 'mean')).toMatchObject({ low: 4.75, high: 5.25 });
    const one = colorScale([5, 5], 'mean');
    expect(scaleTicks(one)).toEqual(['5.000']);
    expect(scaleColors(one)).toEqual([cssColor(one, 5)]);
    expect(colorScale([0], 'last')).toMatchObject({ low: -0.5, high: 0.5 });
    expect(colorScale([], 'anomaly')).toMatchObject({ low: -1, high: 1 });
    expect(colorScale([0, 0], 'flagged')).toMatchObject({ low: 0, high: 1 });
    expect(cssColor(colorScale([], 'mean'), NaN)).toBe('rgb(150 150 150)');
  });
});

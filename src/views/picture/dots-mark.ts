import type * as ObservablePlot from '@observablehq/plot';
import { rasterDots } from './dot-raster';

/** Beyond so many dots they are drawn on a canvas. */
const MOST_ELEMENTS = 3_000;

/** Dots with a colour each: elements as long as they are few, else one image of them. */
export function dotsMark(
  plot: typeof ObservablePlot,
  { x, y }: { x: Float64Array; y: Float64Array },
  color: (index: number) => string,
  radius: number,
): ObservablePlot.Markish {
  const indices = Array.from(x, (_, index) => index);
  const channels = { x: (index: number) => x[index], y: (index: number) => y[index] };
  if (indices.length <= MOST_ELEMENTS) return plot.dot(indices, { ...channels, fill: color, r: radius });
  return plot.dot(indices, {
    ...channels,
    // The scales take their domains from the channels; only what is seen is another thing.
    render: (_index, _scales, { x: lefts = [], y: tops = [] }, { width, height }) =>
      rasterDots({ x: lefts, y: tops, color, radius: radius * 0.8 }, width, height),
  });
}

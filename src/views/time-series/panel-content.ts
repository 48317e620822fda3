import type { TimedValues } from './series-data';
import type { LineShape } from './series-path';

/** The axes that a value may be drawn against. */
export type Side = 'left' | 'right';

/** One line of a panel. */
export interface PanelSeries extends TimedValues {
  /** Of the device, or whatever sets the series apart: what is pointed at elsewhere is brought forward by it. */
  id: string;
  /** Such as `sbe37-3890 · 400 m`. */
  name: string;
  color: string;
  side: Side;
  /** Of the second of two variables in one panel. */
  dashed: boolean;
}

/** Readings that are marked for their flag. */
export interface FlaggedValues extends TimedValues {
  flag: 'suspect' | 'fail';
  side: Side;
}

/** A band behind the lines, from `low` to `high`. */
export interface PanelBand {
  times: Float64Array;
  low: Float64Array;
  high: Float64Array;
  color: string;
  side: Side;
}

export interface ValueAxis {
  /** The variable, and its unit where it has one. */
  label: string;
  unit: string;
  /** Positive down, as depth and pressure are drawn. */
  reversed: boolean;
}

/** What one panel of the chart shows. */
export interface PanelContent {
  /** Unlike that of any other panel. */
  id: string;
  axes: { left: ValueAxis; right?: ValueAxis };
  series: PanelSeries[];
  flagged: FlaggedValues[];
  bands: PanelBand[];
  logarithmic: boolean;
  /** `dots` for quantities that wrap around, where a line would jump from 360 to 0. */
  shape: LineShape;
  /** Text for those who do not see the picture. */
  summary: string;
}

/** A stretch of time, UTC milliseconds. */
export interface Window {
  from: number;
  to: number;
}

import { z } from 'zod';
import { toWgs84 } from './reference-system';
import type { NumberSource } from './number-source';
import { BATCH_CAPACITY } from '../inputs/message-batch';

/** Positions that are not in WGS84: their system, and the columns that hold them, which stay as they are. */
export const projectedPosition = z.strictObject({
  crs: z.string().refine((system) => toWgs84(system) !== undefined, {
    error: 'is not a known reference system: give an EPSG code such as EPSG:32618, or its PROJ text (+proj=…)',
  }),
  /** Name of the column to the east, or of the longitude. */
  x: z.string().min(1),
  /** Name of the column to the north, or of the latitude. */
  y: z.string().min(1),
});

export type ProjectedPosition = z.infer<typeof projectedPosition>;

/** What the columns of the converted position are made `from`: nothing that a field can be called. */
export const CONVERTED = { latitude: '→ latitude', longitude: '→ longitude' } as const;

export type Axis = keyof typeof CONVERTED;

/** The axis that a `from` stands for; undefined for fields. */
export function convertedAxis(from: string): Axis | undefined {
  return from === CONVERTED.latitude ? 'latitude' : from === CONVERTED.longitude ? 'longitude' : undefined;
}

/** The columns that the converted position needs, as a mapping file would list them. */
export const CONVERTED_COLUMNS = [
  { name: 'latitude', from: CONVERTED.latitude, role: 'latitude', unit: 'degree_north', standardName: 'latitude' },
  { name: 'longitude', from: CONVERTED.longitude, role: 'longitude', unit: 'degree_east', standardName: 'longitude' },
];

/** One axis of positions in WGS84, from the numbers of two columns; null where either is. */
export function convertedNumbers(
  { crs }: ProjectedPosition,
  axis: Axis,
  x: NumberSource | undefined,
  y: NumberSource | undefined,
): NumberSource {
  const convert = toWgs84(crs);
  const [east, north] = [new Float64Array(BATCH_CAPACITY), new Float64Array(BATCH_CAPACITY)];
  return (batch, rows, rowCount, into) => {
    if (convert === undefined || x === undefined || y === undefined) {
      into.fill(NaN, 0, rowCount);
      return 0;
    }
    x(batch, rows, rowCount, east);
    y(batch, rows, rowCount, north);
    let bad = 0;
    for (let index = 0; index < rowCount; index++) {
      const [own, other] = [east[index] ?? NaN, north[index] ?? NaN];
      const value = convert(own, other)[axis];
      const isKnown = Number.isFinite(value);
      if (!isKnown && !Number.isNaN(own) && !Number.isNaN(other)) bad++;
      into[index] = isKnown ? value : NaN;
    }
    return bad;
  };
}

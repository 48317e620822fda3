import { sqlName } from './sql-text';

/** A box in degrees, from −180 to 180. Where `west` is greater than `east` it lies across the antimeridian. */
export interface BoundingBox {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The conditions of lying in a box, its edges included. */
export function withinBox(
  { west, south, east, north }: BoundingBox,
  columns: { longitude: string; latitude: string },
): string[] {
  const [longitude, latitude] = [sqlName(columns.longitude), sqlName(columns.latitude)];
  return [
    `${latitude} BETWEEN ${south} AND ${north}`,
    west <= east ? `${longitude} BETWEEN ${west} AND ${east}` : `(${longitude} >= ${west} OR ${longitude} <= ${east})`,
  ];
}

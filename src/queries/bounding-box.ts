import { sqlName } from './sql-text';

/** A box in degrees, from −180 to 180. Where `west` is greater than `east` it lies across the antimeridian. */
export interface BoundingBox {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The conditions of lying in a box, its edges included, whether longitudes are told from −180 to 180 or from 0 to 360. */
export function withinBox(
  { west, south, east, north }: BoundingBox,
  columns: { longitude: string; latitude: string },
): string[] {
  const [longitude, latitude] = [sqlName(columns.longitude), sqlName(columns.latitude)];
  const end = west <= east ? east : east + 360;
  const stretches = [0, -360, 360].flatMap((turn) =>
    end + turn >= -180 && west + turn < 360 ? [`${longitude} BETWEEN ${west + turn} AND ${end + turn}`] : [],
  );
  return [
    `${latitude} BETWEEN ${south} AND ${north}`,
    stretches.length === 1 ? stretches.join() : `(${stretches.join(' OR ')})`,
  ];
}

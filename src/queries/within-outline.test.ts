import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { insideTest } from '../stats/polygon';
import type { LongitudeLatitude } from '../stats/sphere';
import { withinOutline } from './within-outline';

const HOOK: LongitudeLatitude[] = [
  [165.5, -20],
  [195, -20],
  [195, 25],
  [188, 25],
  [188, -5],
  [165.5, -5],
];
const TRIANGLE: LongitudeLatitude[] = [
  [-10, 40],
  [12.5, 41],
  [0, 62],
];
/** On the other side of the antimeridian, told as east of Greenwich is. */
const ISLAND: LongitudeLatitude[] = [
  [-172, 0],
  [-167, 0],
  [-169, 20],
];
const OUTLINES: Record<string, LongitudeLatitude[][]> = {
  'a hook over the antimeridian': [HOOK],
  'a triangle at the Greenwich meridian': [TRIANGLE],
  'both, with an island in one': [HOOK, TRIANGLE, ISLAND],
};

it('is in SQL what it is on the map, on both sides of the antimeridian, however longitudes are told, and rows without a place are not in it', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`CREATE TABLE lake AS SELECT (random() * 540 - 180)::FLOAT AS "Lon", (random() * 180 - 90)::DOUBLE AS lat
    FROM range(20000) UNION ALL SELECT NULL, 45 UNION ALL SELECT 3, NULL UNION ALL SELECT 'nan'::FLOAT, 45`);
  for (const [name, outline] of Object.entries(OUTLINES)) {
    const condition = withinOutline(outline, { longitude: 'Lon', latitude: 'lat' });
    const answer = await connection.runAndReadAll(
      `SELECT "Lon"::DOUBLE AS x, lat AS y, coalesce(${condition}, false) AS within FROM lake`,
    );
    const isInside = insideTest([outline]);
    const rows = answer.getRowObjectsJS();
    const wrong = rows.filter(({ x, y, within }) => within !== isInside(Number(x ?? NaN), Number(y ?? NaN)));
    expect(wrong, name).toEqual([]);
    expect(rows.filter(({ within }) => within).length, name).toBeGreaterThan(50);
  }
  connection.closeSync();
});

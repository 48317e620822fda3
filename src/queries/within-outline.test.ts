import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { insideTest } from '../stats/polygon';
import type { LongitudeLatitude } from '../stats/sphere';
import { withinOutline } from './within-outline';

const OUTLINES: Record<string, LongitudeLatitude[]> = {
  'a hook over the antimeridian': [
    [165.5, -20],
    [195, -20],
    [195, 25],
    [188, 25],
    [188, -5],
    [165.5, -5],
  ],
  'a triangle at the Greenwich meridian': [
    [-10, 40],
    [12.5, 41],
    [0, 62],
  ],
};

it('is in SQL what it is on the map, on both sides of the antimeridian, and rows without a place are not in it', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`CREATE TABLE lake AS SELECT (random() * 360 - 180)::FLOAT AS "Lon", (random() * 180 - 90)::DOUBLE AS lat
    FROM range(20000) UNION ALL SELECT NULL, 45 UNION ALL SELECT 3, NULL UNION ALL SELECT 'nan'::FLOAT, 45`);
  for (const [name, ring] of Object.entries(OUTLINES)) {
    const condition = withinOutline(ring, { longitude: 'Lon', latitude: 'lat' });
    const answer = await connection.runAndReadAll(
      `SELECT "Lon"::DOUBLE AS x, lat AS y, coalesce(${condition}, false) AS within FROM lake`,
    );
    const isInside = insideTest([[ring]]);
    const rows = answer.getRowObjectsJS();
    const wrong = rows.filter(({ x, y, within }) => within !== isInside(Number(x ?? NaN), Number(y ?? NaN)));
    expect(wrong, name).toEqual([]);
    expect(rows.filter(({ within }) => within).length, name).toBeGreaterThan(50);
  }
  connection.closeSync();
});

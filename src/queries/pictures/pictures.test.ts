import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { ColumnDescription } from '@tidelake/lake-format';
import { beforeAll, describe, expect, it } from 'vitest';
import { PICTURES } from './catalogue';
import { PICTURE_IDS, type PictureId, type PictureInput } from './picture';
import { coverageSql } from './readings-sql';

const columns: ColumnDescription[] = [
  { name: 'time', type: 'timestamp', role: 'time' },
  { name: 'depth', type: 'double', role: 'depth', unit: 'm' },
  { name: 'temperature', type: 'float', role: 'variable', standardName: 'sea_water_temperature' },
  { name: 'salinity', type: 'double', role: 'variable', standardName: 'sea_water_practical_salinity' },
  { name: 'speed', type: 'double', role: 'variable', standardName: 'wind_speed' },
  { name: 'direction', type: 'integer', role: 'variable', standardName: 'wind_from_direction' },
];
const column = (name: string) => columns.filter((one) => one.name === name);

const input: PictureInput = {
  selection: { stations: null, devices: null, from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 0, 11) },
  roles: { time: 'time', depth: 'depth' },
  columns,
  variables: column('temperature'),
};

let connection: DuckDBConnection;

/** Ten days of readings each hour at five depths, some missing, calms among them. */
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE TABLE lake AS
    SELECT TIMESTAMP '2025-01-01' + INTERVAL (i // 5) HOUR AS time, (i % 5) * 250.0 AS depth,
      (CASE WHEN i % 97 = 0 THEN 'nan' WHEN i % 89 = 0 THEN NULL ELSE 20 - (i % 5) * 4 + sin(i / 60.0) END)::FLOAT AS temperature,
      CASE WHEN i % 50 = 0 THEN NULL ELSE 35 + (i % 5) * 0.1 + cos(i / 60.0) / 10 END AS salinity,
      i % 20 * 0.7 AS speed, (i * 37 % 400 - 20)::INTEGER AS direction
    FROM range(1500) t(i)`);
});

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS();
}

function statement(id: PictureId, given: PictureInput = input) {
  const asked = PICTURES.find((picture) => picture.id === id)?.ask(given);
  if (!asked || 'reason' in asked) throw new Error(asked?.reason ?? 'no such picture');
  return asked;
}

async function total(sql: string): Promise<number> {
  return (await ask(sql)).reduce((sum, { n }) => sum + Number(n), 0);
}

describe('pictures', () => {
  it('are those of the links', () => {
    expect(PICTURES.map(({ id }) => id)).toEqual([...PICTURE_IDS]);
  });

  it('have in them every reading that the coverage counts, each once', async () => {
    for (const id of PICTURE_IDS) {
      const asked = statement(id);
      const [coverage] = await ask(coverageSql(input, [...asked.variables.map(({ name }) => name), ...asked.needs]));
      expect(await total(asked.sql), id).toBe(Number(coverage?.n));
      expect(Number(coverage?.readings)).toBe(1200);
    }
  });

  it('average what a class holds', async () => {
    const rows = await ask(statement('profile').sql);
    expect(rows.map(({ depth }) => depth)).toEqual([0, 250, 500, 750, 1000]);
    const [expected] = await ask(`SELECT avg(temperature::DOUBLE) AS mean, count(*) AS n FROM lake
      WHERE depth = 500 AND temperature IS NOT NULL AND NOT isnan(temperature) AND time < TIMESTAMP '2025-01-11'`);
    expect(rows[2]?.mean).toBeCloseTo(Number(expected?.mean), 12);
    expect(rows[2]?.n).toEqual(expected?.n);
  });

  it('have round classes in a histogram, and the mean and median of the readings', async () => {
    const rows = await ask(statement('histogram').sql);
    expect(rows[0]?.width).toBe(0.5);
    const [expected] =
      await ask(`SELECT avg(temperature::DOUBLE) AS mean, median(temperature::DOUBLE) AS median FROM lake
      WHERE NOT isnan(temperature) AND time < TIMESTAMP '2025-01-11'`);
    expect(rows[0]?.mean).toBeCloseTo(Number(expected?.mean), 12);
    expect(rows[0]?.median).toBeCloseTo(Number(expected?.median), 12);
  });

  it('turn directions beyond the circle into it, and keep calms apart', async () => {
    const rows = await ask(statement('rose').sql);
    expect(rows.filter(({ sector }) => sector === null).reduce((sum, { n }) => sum + Number(n), 0)).toBe(60);
    const sectors = rows.flatMap(({ sector }) => (sector === null ? [] : [Number(sector)]));
    expect([Math.min(...sectors), Math.max(...sectors)]).toEqual([0, 15]);
    const [north] = await ask(`SELECT count(*) AS n FROM lake WHERE speed > 0 AND time < TIMESTAMP '2025-01-11'
      AND (direction >= 348.75 OR direction < 11.25) AND direction >= -11.25 AND direction < 371.25`);
    expect(rows.filter(({ sector }) => sector === 0).reduce((sum, { n }) => sum + Number(n), 0)).toBe(Number(north?.n));
    expect(rows[0]?.sense).toBe('from');
  });

  it('take components for a rose too', async () => {
    await connection.run(`CREATE OR REPLACE VIEW components AS SELECT * EXCLUDE (speed, direction),
      speed * sin(radians(direction)) AS u, speed * cos(radians(direction)) AS v FROM lake`);
    const flow: ColumnDescription[] = [
      { name: 'u', type: 'double', role: 'variable', standardName: 'eastward_sea_water_velocity' },
      { name: 'v', type: 'double', role: 'variable', standardName: 'northward_sea_water_velocity' },
    ];
    const { sql } = statement('rose', { ...input, columns: flow, variables: flow.slice(0, 1) });
    const rows = await ask(sql.replaceAll('FROM lake', 'FROM components'));
    expect(rows.reduce((sum, { n }) => sum + Number(n), 0)).toBe(1200);
    expect(rows[0]?.sense).toBe('to');
  });

  it('say why they cannot be drawn', () => {
    const bare = { ...input, roles: { time: 'time' }, columns: column('temperature') };
    const reasons = PICTURES.map((picture) => {
      const asked = picture.ask(bare);
      return 'reason' in asked ? `${picture.id}: ${asked.reason}` : undefined;
    }).filter((reason) => reason !== undefined);
    expect(reasons.map((reason) => reason.split(':')[0])).toEqual(['section', 'profile', 'ts', 'rose', 'scatter']);
    expect(reasons.join(' ')).toMatch(/no column of depth.*no salinity.*no such pair.*this lake has one/s);
    const direction = { ...input, variables: column('direction') };
    expect(PICTURES.find(({ id }) => id === 'calendar')?.ask(direction)).toHaveProperty('reason');
  });
});

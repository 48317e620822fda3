import { describe, expect, it } from 'vitest';
import { exampleQueries } from './examples';
import { candidatesFor } from './role-choice';
import { findRoleColumns, placeConditions, whereSelection } from './selection';
import { seriesSql } from './series';
import { sqlName } from './sql-text';

const roles = { time: 'time', station: 'station', device: 'Device Id', depth: 'depth' };
const selection = {
  stations: ["a'b"],
  devices: ['x', 'y'],
  from: Date.UTC(2012, 0, 1),
  to: Date.UTC(2012, 0, 1, 6, 30, 0, 250),
};

describe('a selection in SQL', () => {
  it('quotes names and texts where they need it', () => {
    expect(whereSelection(selection, roles)).toBe(
      [
        "WHERE station = 'a''b'",
        `  AND "Device Id" IN ('x', 'y')`,
        "  AND time >= TIMESTAMP '2012-01-01 00:00:00'",
        "  AND time < TIMESTAMP '2012-01-01 06:30:00.250'",
      ].join('\n'),
    );
    expect(sqlName('select')).toBe('"select"');
  });

  it('takes a box where the lake has positions, across the antimeridian too', () => {
    const box = { west: 170, south: -20, east: -160, north: 5 };
    const placed = { ...roles, position: { longitude: 'lon', latitude: 'Lat' } };
    expect(whereSelection({ ...selection, box }, placed)).toContain(
      'AND "Lat" BETWEEN -20 AND 5\n  AND (lon BETWEEN 170 AND 200 OR lon BETWEEN -190 AND -160)',
    );
    expect(whereSelection({ ...selection, box: { ...box, west: 20, east: 30 } }, placed)).toContain(
      'AND lon BETWEEN 20 AND 30',
    );
    expect(whereSelection({ ...selection, box }, roles)).not.toContain('BETWEEN');
  });

  it('asks for nothing where nothing is chosen, and for everything where all is', () => {
    expect(whereSelection({ ...selection, devices: [] }, roles)).toContain('AND false');
    expect(whereSelection({ ...selection, devices: null, stations: null }, roles)).not.toMatch(/Device|station/);
  });

  it('is in the series and in every example but the list of columns', () => {
    expect(seriesSql([{ variable: 'temperature', selection }], roles, 256)).toContain(
      `station = 'a''b' AND "Device Id" IN ('x', 'y')`,
    );
    for (const { name, sql } of exampleQueries(selection, roles, 'temperature')) {
      if (name !== 'Columns') expect(sql, name).toContain("station = 'a''b'");
    }
  });
});

it('finds the columns that are not measured, and the station among the folders or where a reader says', () => {
  const source = {
    columns: [
      { name: 'ts', type: 'timestamp', role: 'about' },
      { name: 'id', type: 'text', role: 'device' },
    ] as const,
    partitioning: [
      { name: 'site', type: 'text' },
      { name: 'day', type: 'integer' },
    ] as const,
  };
  expect(findRoleColumns(source)).toEqual({ time: 'ts', station: 'site', device: 'id' });
  expect(findRoleColumns(source, { station: ['id'] })).toEqual({ time: 'ts', station: 'id', device: 'id' });
  expect(findRoleColumns(source, { station: [] })).toEqual({ time: 'ts', device: 'id' });
  expect(findRoleColumns({ columns: [], partitioning: [] })).toBeUndefined();
});

describe('stations that are numbered, as the WMO does', () => {
  const columns = [
    { name: 'time', type: 'timestamp', role: 'time' },
    { name: 'PLATFORM_NUMBER', type: 'bigint', role: 'about' },
    { name: 'cycle', type: 'integer', role: 'about' },
  ] as const;

  it('are found in a column that is named like one, or among the folders', () => {
    const inFiles = findRoleColumns({ columns, partitioning: [{ name: 'year', type: 'integer', width: 4 }] });
    expect(inFiles).toEqual({ time: 'time', station: 'PLATFORM_NUMBER', numberIds: ['PLATFORM_NUMBER'] });
    const inFolders = findRoleColumns({ columns, partitioning: [{ name: 'wmo', type: 'integer' }] });
    expect(inFolders).toEqual({ time: 'time', station: 'wmo', numberIds: ['wmo'] });
  });

  it('can be chosen, but for the calendar’s folders, and for devices too', () => {
    const source = { columns, partitioning: [{ name: 'month', type: 'integer' }] as const };
    expect(candidatesFor('station', source)).toEqual(['PLATFORM_NUMBER', 'cycle']);
    expect(candidatesFor('device', source)).toContain('cycle');
    expect(findRoleColumns(source, { station: ['cycle'] })).toMatchObject({ station: 'cycle', numberIds: ['cycle'] });
  });

  it('are compared as numbers; a text that is none is nobody’s id', () => {
    const numbered = { time: 'time', station: 'wmo', numberIds: ['wmo'] };
    const conditions = (stations: string[]) => placeConditions({ ...selection, stations, devices: null }, numbered);
    expect(conditions(['6901234', '-1'])).toEqual(['wmo IN (6901234, -1)']);
    expect(conditions(['6901234', '1 OR true', '1.5'])).toEqual(['wmo = 6901234']);
    expect(conditions(["x'"])).toEqual(['false']);
  });
});

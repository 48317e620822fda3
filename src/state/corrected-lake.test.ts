import { describe, expect, it } from 'vitest';
import { rolesOf } from '../queries/role-choice';
import { whereSelection } from '../queries/selection';
import { surveySql } from '../queries/survey';
import type { LakeSummary } from '../workers/protocol';
import { correctRoles } from './corrected-lake';
import { viewLake } from './lake-view';

const lake: LakeSummary = {
  ...{ url: '/lake/', title: 'Buoys', foreign: true, totals: null },
  partitioning: [{ name: 'region', type: 'text' }],
  columns: [
    { name: 'received', type: 'timestamp', role: 'time' },
    { name: 'observed', type: 'timestamp', role: 'about' },
    { name: 'buoy_name', type: 'text', role: 'about' },
    { name: 'x', type: 'double', role: 'variable' },
    { name: 'y', type: 'double', role: 'variable' },
    { name: 'wave_count', type: 'integer', role: 'about' },
    { name: 'quality', type: 'integer', role: 'about' },
    { name: 'temperature', type: 'double', role: 'variable' },
  ],
  stations: [{ id: 'north', devices: [] }],
};

describe('roles that a reader chose', () => {
  it('are those of map, series and queries', () => {
    const { lake: corrected, choice } = correctRoles(lake, {
      ...{ time: ['observed'], station: ['buoy_name'], longitude: ['x'], latitude: ['y'] },
      ...{ value: ['temperature', 'wave_count'], flag: ['quality'] },
    });
    const stations = [{ id: 'b1', devices: [], firstTime: '2020-01-01T00:00:00Z', lastTime: '2020-03-01T00:00:00Z' }];
    const view = viewLake({ ...corrected, stations }, { others: {}, flags: ['hide-fail'] }, choice);
    if ('reason' in view) throw new Error(view.reason);
    expect(view.roles).toEqual({
      ...{ time: 'observed', station: 'buoy_name', position: { longitude: 'x', latitude: 'y' } },
    });
    expect(view.variables.map(({ name }) => name)).toEqual(['wave_count', 'temperature']);
    expect(whereSelection(view.selection, view.roles)).toBe(
      [
        "WHERE buoy_name = 'b1'",
        '  AND (quality IS NULL OR quality <> 4)',
        "  AND observed >= TIMESTAMP '2020-02-01 00:00:00'",
        "  AND observed < TIMESTAMP '2020-03-01 00:00:00'",
      ].join('\n'),
    );
    expect(surveySql(view.roles, corrected.columns)).toContain('avg(y) AS latitude');
  });

  it('leave out what the lake says of its stations, unless they are about values and flags alone', () => {
    expect(correctRoles(lake, { value: ['x'], flag: [] }).lake.stations).toEqual(lake.stations);
    expect(correctRoles(lake, { time: ['observed'] }).lake.stations).toEqual([]);
  });

  it('that do not fit are left out with a word, and the detected ones used', () => {
    const { choice, notices, lake: same } = correctRoles(lake, { time: ['temperature'], depth: ['gone'], device: [] });
    expect(choice).toEqual({ device: [] });
    expect(notices).toEqual([expect.stringContaining('“temperature”'), expect.stringContaining('“gone”')]);
    expect(rolesOf(same, choice)).toMatchObject({ time: ['received'], station: [], value: ['x', 'y', 'temperature'] });
  });
});

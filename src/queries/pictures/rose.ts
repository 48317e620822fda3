import type { ColumnDescription } from '@tidelake/lake-format';
import { findVariable } from '../find-variable';
import type { Picture, PictureInput } from './picture';
import { readingsSql, roundStepSql } from './readings-sql';

/** Sectors of a rose, the first around north. */
export const ROSE_SECTORS = 16;

/** Where the direction of a flow comes from, and what its numbers say. */
interface Flow {
  columns:
    { speed: ColumnDescription; direction: ColumnDescription } | { east: ColumnDescription; north: ColumnDescription };
  /** Winds are named by where they come from, currents by where they go. */
  sense: 'from' | 'to';
}

/** How often a wind or a current came or went which way, and how fast. */
export const rose: Picture = {
  id: 'rose',
  title: 'Wind or current rose',
  method: [
    `The share of the readings in each of ${ROSE_SECTORS} sectors of direction, the first centred on north; colours are classes of speed, the slowest innermost. Calms, of speed zero, have no direction: their share is written beside the rose. Rings are shares of all readings, calms among them.`,
    'Directions are drawn as they are given: winds as where they come from, currents as where they go to; those computed from eastward and northward components as where they go to.',
  ],
  ask(input) {
    const flow = findFlow(input);
    if (!flow) {
      return {
        reason:
          'A rose needs a direction and a speed, or an eastward and a northward component. This lake has no such pair.',
      };
    }
    const { columns } = flow;
    const isPolar = 'speed' in columns;
    const named: Record<string, string> = isPolar
      ? { speed: columns.speed.name, direction: columns.direction.name }
      : { east: columns.east.name, north: columns.north.name };
    const read = isPolar
      ? 'SELECT speed, direction FROM readings'
      : 'SELECT sqrt(east * east + north * north) AS speed, degrees(atan2(east, north)) AS direction FROM readings';
    const width = 360 / ROSE_SECTORS;
    return {
      variables: Object.values(columns),
      needs: [],
      sql: [
        `${readingsSql(input, named)}, flow AS (`,
        `  ${read}`,
        '), steps AS (',
        `  SELECT ${roundStepSql('0', 'max(speed)', 5)} AS step FROM flow`,
        ')',
        `SELECT CASE WHEN speed > 0 THEN CAST(floor(((direction + ${width / 2}) % 360 + 360) % 360 / ${width}) AS INTEGER) END AS sector,`,
        '  CASE WHEN speed > 0 THEN CAST(floor(speed / step) AS INTEGER) END AS speed_class,',
        `  any_value(step) AS step, count(*) AS n, '${flow.sense}' AS sense`,
        'FROM flow, steps',
        'GROUP BY sector, speed_class',
        'ORDER BY sector, speed_class',
      ].join('\n'),
    };
  },
};

function findFlow({ columns, variables }: PictureInput): Flow | undefined {
  // What the reader chose comes first: a lake may have both winds and currents.
  const ordered = [...variables, ...columns.filter(({ name }) => !variables.some((one) => one.name === name))];
  const direction = findVariable(ordered, /direction$/, /(^|_)(dir|direction|wdir|wd|mwd)(_|$)/i);
  const speed = findVariable(ordered, /(^|_)(speed|wind_speed)$/, /(^|_)(speed|spd|wspd|ws)(_|$)/i);
  if (direction && speed) {
    const about = `${direction.standardName ?? ''} ${direction.name}`;
    return { columns: { speed, direction }, sense: /to_direction|current|sea_water/i.test(about) ? 'to' : 'from' };
  }
  const east = findVariable(
    ordered,
    /^eastward_(wind|sea_water_velocity)/,
    /^(u|ucur|u_velocity|east(ward)?(_velocity)?)$/i,
  );
  const north = findVariable(
    ordered,
    /^northward_(wind|sea_water_velocity)/,
    /^(v|vcur|v_velocity|north(ward)?(_velocity)?)$/i,
  );
  return east && north ? { columns: { east, north }, sense: 'to' } : undefined;
}

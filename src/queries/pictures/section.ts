import { type Picture, verticalColumn } from './picture';
import { classSql, readingsSql } from './readings-sql';

/** Columns of time and levels of depth that readings are averaged in. */
export const SECTION_GRID = { times: 160, depths: 100 } as const;

/** One variable over time and depth. */
export const section: Picture = {
  id: 'section',
  title: 'Depth–time section',
  method: [
    `Readings are averaged in ${SECTION_GRID.times} columns of time and ${SECTION_GRID.depths} levels of depth (dots: where they were taken). Between them the picture interpolates linearly, first in depth, then in time; nothing is drawn above the shallowest and below the deepest reading of a time, across more than a fifth of the whole depth, or across gaps of more than three usual steps.`,
    'Depth is that of each reading, so a mooring that is knocked down is drawn where it was. Between instruments the picture is a guess, and layers thinner than their distance cannot be seen.',
  ],
  ask(input) {
    const [variable] = input.variables;
    const depth = verticalColumn(input);
    if (depth === undefined)
      return {
        reason:
          'A section needs the depth of each reading, and this lake has no column of depth or of the water’s pressure.',
      };
    if (!variable || variable.name === depth) {
      return { reason: 'A section shows a variable over depth. Choose another variable than that.' };
    }
    const { from, to } = input.selection;
    return {
      variables: [variable],
      needs: [depth],
      sql: [
        `${readingsSql(input, { depth, value: variable.name })}, limits AS (`,
        '  SELECT min(depth) AS shallowest, max(depth) AS deepest FROM readings',
        ')',
        'SELECT',
        `  CAST((epoch_ms(time) - ${Math.floor(from)}) // ${Math.max(1, Math.ceil((to - from) / SECTION_GRID.times))} AS INTEGER) AS time_class,`,
        `  ${classSql('depth', 'shallowest', 'deepest', SECTION_GRID.depths)} AS depth_class,`,
        '  avg(depth) AS depth, avg(value) AS value, count(*) AS n',
        'FROM readings, limits',
        'GROUP BY time_class, depth_class',
        'ORDER BY time_class, depth',
      ].join('\n'),
    };
  },
};

import { type Picture, verticalColumn } from './picture';
import { classSql, readingsSql } from './readings-sql';

const LEVELS = 60;

/** One variable over depth, with its spread within the window. */
export const profile: Picture = {
  id: 'profile',
  title: 'Vertical profile',
  method: [
    `Readings of the window are put into ${LEVELS} equal levels of depth between the shallowest and the deepest. Line and dots are the mean at the mean depth of a level, the band is from the 10th to the 90th percentile, the thin lines are least and greatest value.`,
    'Each reading weighs the same: a level that was sampled more often in one season stands for that season.',
  ],
  ask(input) {
    const [variable] = input.variables;
    const depth = verticalColumn(input);
    if (depth === undefined)
      return {
        reason:
          'A profile needs the depth of each reading, and this lake has no column of depth or of the water’s pressure.',
      };
    if (!variable || variable.name === depth) {
      return { reason: 'A profile shows a variable over depth. Choose another variable than that.' };
    }
    return {
      variables: [variable],
      needs: [depth],
      sql: [
        `${readingsSql(input, { depth, value: variable.name })}, limits AS (`,
        '  SELECT min(depth) AS shallowest, max(depth) AS deepest FROM readings',
        ')',
        `SELECT ${classSql('depth', 'shallowest', 'deepest', LEVELS)} AS level, avg(depth) AS depth, avg(value) AS mean,`,
        '  min(value) AS minimum, quantile_cont(value, 0.1) AS low, quantile_cont(value, 0.9) AS high,',
        '  max(value) AS maximum, count(*) AS n',
        'FROM readings, limits',
        'GROUP BY level',
        'ORDER BY depth',
      ].join('\n'),
    };
  },
};

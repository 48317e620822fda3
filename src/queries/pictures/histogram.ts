import type { Picture } from './picture';
import { readingsSql, roundStepSql } from './readings-sql';

/** How often the values of one variable occur. */
export const histogram: Picture = {
  id: 'histogram',
  title: 'Histogram',
  method: [
    'The number of readings in classes of a round width, about forty between least and greatest value; a class includes its lower end. Rules: mean (solid) and median (dashed).',
    'All chosen devices are one sample. Readings that follow each other closely resemble each other, so n overstates how much is known.',
  ],
  ask(input) {
    const [variable] = input.variables;
    if (!variable) return { reason: 'Choose a variable.' };
    return {
      variables: [variable],
      needs: [],
      sql: [
        `${readingsSql(input, { value: variable.name })}, summary AS (`,
        '  SELECT min(value) AS low, max(value) AS high, avg(value) AS mean, median(value) AS median,',
        '    stddev_samp(value) AS standard_deviation',
        '  FROM readings',
        '), stepped AS (',
        `  SELECT *, ${roundStepSql('low', 'high', 40)} AS width FROM summary`,
        ')',
        'SELECT floor(value / width) * width AS lower, any_value(width) AS width, count(*) AS n,',
        '  any_value(mean) AS mean, any_value(median) AS median, any_value(standard_deviation) AS standard_deviation',
        'FROM readings, stepped',
        'GROUP BY floor(value / width) * width',
        'ORDER BY lower',
      ].join('\n'),
    };
  },
};

import type { Picture } from './picture';
import { classSql, readingsSql } from './readings-sql';

const CLASSES = { x: 160, y: 120 };

/** One variable against another, where they were measured together. */
export const scatter: Picture = {
  id: 'scatter',
  title: 'Scatter',
  method: [
    `Each dot is the mean of the readings in one of ${CLASSES.x} × ${CLASSES.y} classes of both variables, coloured by how many they are, on a logarithmic scale. r is Pearson’s correlation of the readings, each weighing the same.`,
    'Readings that follow each other closely resemble each other, so n overstates how much is known, and r says nothing about cause.',
  ],
  ask(input) {
    const [x, chosen] = input.variables;
    const y =
      chosen ??
      input.columns.find(({ role, type, name }) => role === 'variable' && type !== 'text' && name !== x?.name);
    if (!x || !y) return { reason: 'A scatter needs two variables, and this lake has one.' };
    return {
      variables: [x, y],
      needs: [],
      sql: [
        `${readingsSql(input, { x: x.name, y: y.name })}, limits AS (`,
        '  SELECT min(x) AS least_x, max(x) AS most_x, min(y) AS least_y, max(y) AS most_y, corr(x, y) AS r FROM readings',
        ')',
        'SELECT avg(x) AS x, avg(y) AS y, count(*) AS n, any_value(r) AS r',
        'FROM readings, limits',
        `GROUP BY ${classSql('readings.x', 'least_x', 'most_x', CLASSES.x)}, ${classSql('readings.y', 'least_y', 'most_y', CLASSES.y)}`,
        'ORDER BY n',
      ].join('\n'),
    };
  },
};

import type { Picture } from './picture';
import { readingsSql } from './readings-sql';

/** The daily means of one variable, day by day in weeks and years. */
export const calendar: Picture = {
  id: 'calendar',
  title: 'Heat calendar',
  method: [
    'Each cell is the mean of a day’s readings (UTC). A week is a column, from Monday at the top to Sunday; of more than six years a year is a row, and each of its days a column. Days without a reading are left blank.',
    'All chosen devices are averaged together: with devices at several depths, a device that falls silent changes the mean.',
  ],
  ask(input) {
    const [variable] = input.variables;
    if (!variable) return { reason: 'Choose a variable.' };
    if (/direction$/.test(variable.standardName ?? '')) {
      return {
        reason:
          'Directions have no mean that could be coloured: that of 350° and 10° is not 180°. Choose another variable.',
      };
    }
    return {
      variables: [variable],
      needs: [],
      sql: [
        readingsSql(input, { value: variable.name }),
        "SELECT date_trunc('day', time) AS day, avg(value) AS mean, min(value) AS minimum, max(value) AS maximum, count(*) AS n",
        'FROM readings',
        "GROUP BY date_trunc('day', time)",
        'ORDER BY day',
      ].join('\n'),
    };
  },
};

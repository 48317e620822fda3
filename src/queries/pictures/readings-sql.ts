import { whereSelection } from '../selection';
import { sqlName } from '../sql-text';
import type { PictureInput } from './picture';

/**
 * The common table expression `readings`: columns of a selection's rows that all have a value, as DOUBLE under other
 * names, and `time`. NULL and NaN are no values.
 * @param columns the lake's columns by their names here
 */
export function readingsSql({ selection, roles }: PictureInput, columns: Readonly<Record<string, string>>): string {
  const named = Object.entries(columns);
  const selected = named.map(([alias, column]) => `CAST(${sqlName(column)} AS DOUBLE) AS ${alias}`);
  const present = named.map(([alias]) => `${alias} IS NOT NULL AND NOT isnan(${alias})`);
  return [
    'WITH readings AS (',
    '  SELECT * FROM (',
    `    SELECT ${[`${sqlName(roles.time)} AS time`, ...selected].join(', ')}`,
    '    FROM lake',
    whereSelection(selection, roles, '    '),
    '  ) AS chosen',
    `  WHERE ${present.join(' AND ')}`,
    ')',
  ].join('\n');
}

/** How many readings a selection has, and how many of them have a value in all these columns. One row: `readings`, `n`. */
export function coverageSql({ selection, roles }: PictureInput, columns: readonly string[]): string {
  const present = columns.map((column) => {
    const value = `CAST(${sqlName(column)} AS DOUBLE)`;
    return `${value} IS NOT NULL AND NOT isnan(${value})`;
  });
  return [
    `SELECT count(*) AS readings, count(*) FILTER (WHERE ${present.join(' AND ')}) AS n`,
    'FROM lake',
    whereSelection(selection, roles),
  ].join('\n');
}

/**
 * The number of the class that a value falls into, of so many equal ones between two values; the last takes its end too.
 */
export function classSql(value: string, low: string, high: string, classes: number): string {
  return `CAST(least(${classes - 1}, floor((${value} - ${low}) / nullif(${high} - ${low}, 0) * ${classes})) AS INTEGER)`;
}

/** A width of classes that is 1, 2 or 5 times a power of ten, for about so many of them between two values. */
export function roundStepSql(low: string, high: string, about: number): string {
  const rough = `(${high} - ${low}) / ${about}`;
  const power = `pow(10, floor(log10(${rough})))`;
  return [
    `CASE WHEN ${high} > ${low} THEN ${power} * CASE`,
    `WHEN ${rough} <= ${power} * 1.001 THEN 1 WHEN ${rough} <= ${power} * 2.001 THEN 2`,
    `WHEN ${rough} <= ${power} * 5.001 THEN 5 ELSE 10 END ELSE 1 END`,
  ].join(' ');
}

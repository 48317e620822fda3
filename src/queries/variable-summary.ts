import type { ColumnDescription } from '@tidelake/lake-format';
import { quoteLiteral } from '../lake/sql-identifier';
import { flagColumnOf } from './flag-column';
import { type RoleColumns, type Selection, whereSelection } from './selection';
import { sqlName } from './sql-text';

/** What a summary is about. */
export interface SummaryQuestion {
  variables: readonly ColumnDescription[];
  /** All of the lake's columns: among them those of flags. */
  columns: readonly ColumnDescription[];
  roles: RoleColumns | undefined;
  /** Of which rows; of all where undefined. */
  selection: Selection | undefined;
}

/** The names of what {@link variableSummarySql} tells of the variable at an index. */
export function summaryNames(index: number) {
  const named = (what: string) => `${what}_${index}`;
  return {
    values: named('n'),
    low: named('minimum'),
    high: named('maximum'),
    judged: named('judged'),
    suspect: named('suspect'),
    fail: named('fail'),
  };
}

/** The name of the count of rows. */
export const SUMMARY_ROWS = 'readings';

/**
 * One row with the count of rows, and for each variable its values, its ends, and how many values were judged, suspect and
 * failed. Rollups answer it where a lake has them: NaN is a value, and greater than any number.
 */
export function variableSummarySql(question: SummaryQuestion): string {
  const measures = question.variables.flatMap(({ name }, index) => {
    const value = sqlName(name);
    const names = summaryNames(index);
    return [
      `count(${value}) AS ${names.values}`,
      `min(${value}) AS ${names.low}`,
      `max(${value}) AS ${names.high}`,
      ...flagCounts(name, value, names, question.columns),
    ];
  });
  return selectFrom([`count(*) AS ${SUMMARY_ROWS}`, ...measures], question);
}

function flagCounts(
  name: string,
  value: string,
  names: ReturnType<typeof summaryNames>,
  columns: readonly ColumnDescription[],
): string[] {
  const flag = flagColumnOf(name, columns);
  if (!flag) return [];
  const column = sqlName(flag.column);
  const is = (wanted: number | string) => `${column} = ${typeof wanted === 'number' ? wanted : quoteLiteral(wanted)}`;
  return [
    `count(${value}) FILTER (WHERE ${column} IS NOT NULL) AS ${names.judged}`,
    `count(${value}) FILTER (WHERE ${is(flag.suspect)}) AS ${names.suspect}`,
    `count(${value}) FILTER (WHERE ${is(flag.fail)}) AS ${names.fail}`,
  ];
}

/** The values a histogram is to have between two ends. */
export interface BinnedVariable {
  name: string;
  low: number;
  high: number;
}

/** Bins of a counted histogram. */
const BINS = 24;

/** The names of the counts in the answer of {@link valueCountsSql} of the variable at an index, from the first bin to the last. */
export function binNames(index: number, { low, high }: BinnedVariable): string[] {
  return Array.from({ length: high > low ? BINS : 1 }, (_, bin) => `bin_${index}_${bin}`);
}

/** One row with the counts of a histogram of each variable: one pass over the rows, which may be made in parts. */
export function valueCountsSql(
  variables: readonly BinnedVariable[],
  question: Omit<SummaryQuestion, 'variables'>,
): string {
  const counts = variables.flatMap((variable, index) => {
    const names = binNames(index, variable);
    const edge = (bin: number) => variable.low + ((variable.high - variable.low) * bin) / names.length;
    return names.map((name, bin) => {
      const isLast = bin === names.length - 1;
      const value = sqlName(variable.name);
      const end = isLast ? `${value} <= ${variable.high}` : `${value} < ${edge(bin + 1)}`;
      return `count(*) FILTER (WHERE ${value} >= ${edge(bin)} AND ${end}) AS ${name}`;
    });
  });
  return selectFrom(counts, question);
}

function selectFrom(expressions: readonly string[], { selection, roles }: Omit<SummaryQuestion, 'variables'>): string {
  return [
    'SELECT',
    expressions.map((expression) => `  ${expression}`).join(',\n'),
    'FROM lake',
    ...(selection && roles ? [whereSelection(selection, roles)] : []),
  ].join('\n');
}

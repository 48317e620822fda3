import type { ColumnDescription } from '@tidelake/lake-format';
import type { BoundedHistogram, ColumnSummary } from '../../lake/column-summary';
import { type BinnedVariable, binNames, SUMMARY_ROWS, summaryNames } from '../../queries/variable-summary';
import type { QueryResult } from '../../workers/protocol';
import { formatRounded, formatUnit } from '../value-text';

/** A histogram as it is drawn: counted, or as far as statistics tell. */
export interface DrawnHistogram extends BoundedHistogram {
  /** Whether its bins were counted, so that the fewest, the likely and the most are the same. */
  isExact: boolean;
}

/** How many values were judged by a quality check, and how many of them are suspect or failed. */
export interface FlagCounts {
  judged: number;
  suspect: number;
  fail: number;
}

/** A variable as the catalogue shows it. What is not known is undefined. */
export interface VariableRow {
  name: string;
  /** What it is called, and by CF. */
  label: string;
  standardName: string | undefined;
  unit: string;
  /** Its values that are not missing, and the share of the rows that have none, 0–1. */
  values: number | undefined;
  missing: number | undefined;
  low: number | undefined;
  high: number | undefined;
  /** Whether a value is known to be NaN, so that the greatest number is not known. */
  hasNan: boolean;
  /** UTC milliseconds. */
  span: { from: number; until: number } | undefined;
  histogram: DrawnHistogram | undefined;
  flags: FlagCounts | undefined;
}

/** An answer of `variableSummarySql`, and the variables it was asked about. */
export interface CountedSummary {
  result: QueryResult;
  variables: readonly ColumnDescription[];
}

/** An answer of `valueCountsSql`, and what it was asked about. */
export interface CountedHistograms {
  result: QueryResult;
  variables: readonly BinnedVariable[];
}

/** Puts together what is known of each variable: what was counted goes before what statistics say. */
export function variableRows(
  variables: readonly ColumnDescription[],
  statistics: readonly ColumnSummary[],
  summary: CountedSummary | undefined,
  histograms: CountedHistograms | undefined,
): VariableRow[] {
  return variables.map((variable) => {
    const { name, longName, standardName, unit } = variable;
    const told = statistics.find((column) => column.name === name && column.unknown === 0);
    const counted = summary && countedOf(summary, name);
    const histogram = histograms && countedHistogram(histograms, name);
    return {
      ...{ name, label: longName ?? name, standardName, unit: formatUnit(unit) },
      ...{ values: undefined, missing: undefined, low: undefined, high: undefined, hasNan: false, flags: undefined },
      ...(told && toldOf(told)),
      ...counted,
      span: told?.span ?? undefined,
      histogram: histogram ?? (told?.histogram ? { ...told.histogram, isExact: false } : undefined),
    };
  });
}

function toldOf({ rows, missing, min, max }: ColumnSummary) {
  return {
    values: missing === null ? undefined : rows - missing,
    missing: missing === null ? undefined : missing / rows,
    low: min ?? undefined,
    high: max ?? undefined,
  };
}

function countedOf({ result, variables }: CountedSummary, name: string): Partial<VariableRow> | undefined {
  const index = variables.findIndex((variable) => variable.name === name);
  if (index < 0) return undefined;
  const number = (column: string) => firstNumber(result, column);
  const names = summaryNames(index);
  const rows = number(SUMMARY_ROWS) ?? 0;
  const values = number(names.values) ?? 0;
  const [low, high] = [number(names.low), number(names.high)];
  const judged = number(names.judged);
  return {
    values,
    missing: rows === 0 ? undefined : (rows - values) / rows,
    low: finite(low),
    high: finite(high),
    hasNan: values > 0 && Number.isNaN(high),
    flags:
      judged === undefined ? undefined : { judged, suspect: number(names.suspect) ?? 0, fail: number(names.fail) ?? 0 },
  };
}

/** The number in the first row of a column; undefined where it is NULL, and where there is no such column. */
function firstNumber({ columns }: QueryResult, name: string): number | undefined {
  const column = columns.find((candidate) => candidate.name === name);
  return !column || column.kind === 'text' || column.valid?.[0] === 0 ? undefined : Number(column.values[0]);
}

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function countedHistogram({ result, variables }: CountedHistograms, name: string): DrawnHistogram | undefined {
  const index = variables.findIndex((variable) => variable.name === name);
  const variable = variables[index];
  if (!variable) return undefined;
  const counts = binNames(index, variable).map((bin) => firstNumber(result, bin) ?? 0);
  return { low: variable.low, high: variable.high, least: counts, likely: counts, most: counts, isExact: true };
}

/** The variables whose ends are known, so that a histogram of them can be counted. */
export function binnedVariables(rows: readonly VariableRow[]): BinnedVariable[] {
  return rows.flatMap(({ name, low, high }) => (low === undefined || high === undefined ? [] : [{ name, low, high }]));
}

/** A histogram in words: its ends and its fullest bin. */
export function describeHistogram({ low, high, likely, isExact }: DrawnHistogram, unit: string): string {
  const total = likely.reduce((sum, count) => sum + count, 0);
  const fullest = likely.indexOf(Math.max(...likely));
  const width = (high - low) / likely.length;
  const number = (value: number) => `${formatRounded(value)}${unit === '' ? '' : ` ${unit}`}`;
  const share = total === 0 ? 0 : Math.round((100 * (likely[fullest] ?? 0)) / total);
  const about = isExact ? '' : 'about ';
  return (
    `${likely.length} bins from ${number(low)} to ${number(high)}; ${about}${share} % of the values between ` +
    `${number(low + fullest * width)} and ${number(low + (fullest + 1) * width)}.`
  );
}

import type { ColumnDescription } from '@tidelake/lake-format';
import type { RoleColumns, Selection } from './selection';

/** A number that the reader of an analysis may choose. Its name is its key in the page's URL. */
export interface AnalysisParameter {
  name: string;
  label: string;
  /** UDUNITS string, for display. */
  unit: string;
  defaultValue: number;
  min: number;
  max: number;
  step: number;
}

/** What an analysis is asked about. */
export interface AnalysisInput {
  selection: Selection;
  roles: RoleColumns;
  columns: readonly ColumnDescription[];
  parameters: Readonly<Record<string, number>>;
}

/**
 * How to draw an answer: one cell for each month and device, coloured by `value`; cells whose value is below the
 * parameter `markBelow` are marked. Names are columns of the picture's answer.
 */
export interface MonthGridDrawing {
  kind: 'month-grid';
  month: string;
  row: string;
  panels: { value: string; title: string; unit: string; markBelow?: string }[];
  count: string;
  expected: string;
}

/** The statements of an analysis. Each runs unchanged in native DuckDB over a view named `lake`. */
export interface AnalysisStatements {
  /** The question as asked, for the table. */
  answer: string;
  /** Everything the picture needs. */
  picture: string;
}

/** An entry of the analysis catalogue: what it asks, how it is drawn, and the words that explain it. Runs nothing. */
export interface Analysis {
  id: string;
  title: string;
  /** One sentence: the question it answers. */
  question: string;
  /** How it is computed, and what to be careful with; a paragraph each. */
  method: readonly string[];
  parameters: readonly AnalysisParameter[];
  /** Why the analysis cannot be asked of a lake with these columns; undefined where it can. */
  missing(columns: readonly ColumnDescription[], roles: RoleColumns): string | undefined;
  statements(input: AnalysisInput): AnalysisStatements;
  drawing(input: AnalysisInput): MonthGridDrawing;
}

/**
 * The values of an analysis's parameters: what the URL gives where it is a number in range, else the default.
 * @param given texts by parameter name
 */
export function readParameters(
  analysis: Analysis,
  given: Readonly<Record<string, string>>,
): { values: Record<string, number>; notices: string[] } {
  const values: Record<string, number> = {};
  const notices: string[] = [];
  for (const { name, label, defaultValue, min, max } of analysis.parameters) {
    const text = given[name];
    const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    const usable = value >= min && value <= max;
    values[name] = usable ? value : defaultValue;
    if (text !== undefined && !usable) {
      notices.push(`${label}: “${text}” is not a number from ${min} to ${max}; ${defaultValue} is used.`);
    }
  }
  return { values, notices };
}

import type { ColumnDescription } from '@tidelake/lake-format';
import { QARTOD_FLAG } from '@tidelake/lake-format';
import { quoteLiteral } from '../lake/sql-identifier';

/** The column that flags a variable, and which of its values mean what. Texts where the column is one of text. */
export interface FlagColumn {
  column: string;
  suspect: number | string;
  fail: number | string;
}

/** Rows that are left out: those whose flag has this value. Rows without a flag stay. */
export interface HiddenFlag {
  column: string;
  value: number | string;
}

/**
 * The column that flags a variable: `<variable>_qc` or `<variable>_flag`; else the one column of flags, where there is no more
 * than one and it is named after no other column. What its values mean is told by its CF flag meanings; without them 3 is
 * suspect and 4 is fail, as in QARTOD and in Argo's reference table 2.
 * @returns undefined where the variable is not flagged
 */
export function flagColumnOf(variable: string, columns: readonly ColumnDescription[]): FlagColumn | undefined {
  const flags = columns.filter(({ role }) => role === 'flag');
  const named = (suffix: string) =>
    flags.find(({ name }) => name.toLowerCase() === `${variable.toLowerCase()}${suffix}`);
  const column = named('_qc') ?? named('_flag') ?? flagOfAll(flags, columns);
  if (!column || column.type === 'timestamp' || column.type === 'boolean') return undefined;
  const valueOf = (value: number) => (column.type === 'text' ? String(value) : value);
  const meant = (words: RegExp) => {
    const at = column.flagMeanings?.split(/\s+/).findIndex((meaning) => words.test(meaning)) ?? -1;
    return column.flagValues?.[at];
  };
  return {
    column: column.name,
    suspect: valueOf(meant(/suspect|questionable|probably_bad/i) ?? QARTOD_FLAG.suspect),
    fail: valueOf(meant(/^(fail|bad)/i) ?? QARTOD_FLAG.fail),
  };
}

function flagOfAll(
  [only, ...others]: readonly ColumnDescription[],
  columns: readonly ColumnDescription[],
): ColumnDescription | undefined {
  const subject = only?.name.toLowerCase().replace(/_(qc|flag)$/, '');
  const isOfOne = columns.some((column) => column !== only && column.name.toLowerCase() === subject);
  return others.length > 0 || isOfOne ? undefined : only;
}

/** A value of a flag as SQL. */
export function flagLiteral(value: number | string): string {
  return typeof value === 'number' ? String(value) : quoteLiteral(value);
}

/** What is left out where failed readings are hidden. */
export function hiddenFlags(flagColumn: FlagColumn | undefined): HiddenFlag[] {
  return flagColumn ? [{ column: flagColumn.column, value: flagColumn.fail }] : [];
}

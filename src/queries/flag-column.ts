import type { ColumnDescription } from '@tidelake/lake-format';
import { QARTOD_FLAG } from '@tidelake/lake-format';

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
 * The column that flags a variable: `<variable>_qc`. What its values mean is told by its CF flag meanings; without
 * them 3 is suspect and 4 is fail, as in QARTOD and in Argo's reference table 2.
 * @returns undefined where the variable is not flagged
 */
export function flagColumnOf(variable: string, columns: readonly ColumnDescription[]): FlagColumn | undefined {
  const column = columns.find(({ name }) => name.toLowerCase() === `${variable.toLowerCase()}_qc`);
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

/** What is left out where failed readings are hidden. */
export function hiddenFlags(flagColumn: FlagColumn | undefined): HiddenFlag[] {
  return flagColumn ? [{ column: flagColumn.column, value: flagColumn.fail }] : [];
}

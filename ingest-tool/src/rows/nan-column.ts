import type { RowColumn } from './column-values';

/** Between a column's name and the mark: in no name that a person gives. */
const MARK = '\u0000NaN';

/**
 * The column beside a floating point one that says which of its values are there and NaN: 1 for those, null else. Rows keep
 * null as NaN, so without it a NaN that another tool wrote would become null. It is never written.
 */
export function nanColumn(name: string): RowColumn {
  return { name: `${name}${MARK}`, type: 'boolean', role: 'about', dictionary: undefined };
}

/** Whether a column is one of {@link nanColumn}. */
export function isNanColumn({ name }: { name: string }): boolean {
  return name.endsWith(MARK);
}

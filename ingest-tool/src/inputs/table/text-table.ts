import type { CellSyntax } from './row-cells';
import type { TableHeader } from './table-columns';
import type { TimeRule } from '../../time/time-text';

/** A column that is worked out of several cells, such as a time of its year, month and day. */
export interface ComputedColumn {
  name: string;
  /** Cells it needs. */
  from: readonly number[];
  /**
   * UTC microseconds; NaN where the cells are no time.
   * @param line lines before it since the first row
   */
  value: (texts: readonly string[], line: number) => number;
}

/** How a table of text is to be read: what its header said, or a mapping. */
export interface TextTable extends TableHeader {
  /** Units of the cells, as the header spells them; undefined where it does not say. */
  units: readonly (string | undefined)[];
  /** Byte offset of the first row, and the number of its line, from 1. */
  firstRow: number;
  firstLine: number;
  syntax: CellSyntax;
  /** As declared; told cell by cell where undefined. */
  encoding: string | undefined;
  decimal: '.' | ',';
  /** Texts that stand for no value, in lower case. */
  missing: ReadonlySet<string>;
  /** Numbers that stand for no value, by cell; of every cell under -1. */
  missingNumbers: ReadonlyMap<number, ReadonlySet<number>>;
  /** Lines that start with it are no rows. */
  comment: string | undefined;
  time: TimeRule;
  computed: readonly ComputedColumn[];
  /** What a person should know about how it is read. */
  notes: readonly string[];
}

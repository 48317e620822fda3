import type { ColumnDescription } from '@tidelake/lake-format';
import { findWaterPressure } from '../find-variable';
import type { RoleColumns, Selection } from '../selection';

/** The pictures beside the time series, by their name in a link. */
export const PICTURE_IDS = ['section', 'profile', 'ts', 'histogram', 'rose', 'calendar', 'scatter'] as const;
export type PictureId = (typeof PICTURE_IDS)[number];

/** What a picture is asked about. */
export interface PictureInput {
  selection: Selection;
  roles: RoleColumns;
  columns: readonly ColumnDescription[];
  /** Those the reader chose, at least one; the first is the page's. */
  variables: readonly ColumnDescription[];
}

/** The column that says how deep a reading is: of depth, else of the water's pressure; undefined where there is neither. */
export function verticalColumn({ roles, columns }: PictureInput): string | undefined {
  return roles.depth ?? findWaterPressure(columns)?.name;
}

/** A picture that cannot be drawn of a lake or a choice, and why, for the reader. */
export interface NotApplicable {
  reason: string;
}

/** What a picture shows of a lake, and the statement that asks for it. */
export interface PictureQuestion {
  /** The columns whose values are drawn. */
  variables: readonly ColumnDescription[];
  /** Other columns that a reading must have to be drawn. */
  needs: readonly string[];
  sql: string;
}

/** An entry of the pictures: what it is made from and the words that explain it. Runs nothing. */
export interface Picture {
  id: PictureId;
  title: string;
  /** How it is computed, and what to be careful with; a paragraph each. */
  method: readonly string[];
  ask(input: PictureInput): PictureQuestion | NotApplicable;
}

import type { PictureInput, PictureQuestion } from '../../queries/pictures/picture';
import type { QueryResult } from '../../workers/protocol';
import type { DrawFigure } from './figure';

/** A picture of an answer, and what is to be said beside it. */
export interface PictureDrawing {
  draw: DrawFigure;
  /** Numbers that belong to the picture, such as a mean; '' where there are none. */
  facts: string;
}

/** What a picture is drawn from. */
export interface PictureAnswer {
  result: QueryResult;
  question: PictureQuestion;
  input: PictureInput;
  /** Text for those who do not see the picture. */
  summary: string;
}

/** Draws an answer; a reason where there is nothing in it that could be drawn. */
export type DrawPicture = (answer: PictureAnswer) => PictureDrawing | { reason: string };

/** The numbers of a column of an answer, times as UTC milliseconds; NaN for NULL, and for a column that is not there. */
export function columnNumbers({ columns, rowCount }: QueryResult, name: string): Float64Array {
  const column = columns.find((candidate) => candidate.name === name);
  if (!column || column.kind === 'text') return new Float64Array(rowCount).fill(Number.NaN);
  return Float64Array.from({ length: rowCount }, (_, row) =>
    column.valid?.[row] === 0 ? Number.NaN : Number(column.values[row]),
  );
}

/** The least and the greatest of some numbers; undefined where there is none. */
export function rangeOf(values: Float64Array): { low: number; high: number } | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? { low, high } : undefined;
}

/** What the depth of readings is called: depth or pressure, with its unit. */
export function verticalLabel({ roles, columns }: PictureInput, { needs: [name] }: PictureQuestion): string {
  const unit = columns.find((column) => column.name === name)?.unit;
  // A column of pressure may have the role of depth.
  const isPressure = name !== roles.depth || /^([dcmhk]?bar|[hk]?pa|psi)$/i.test(unit ?? '');
  return isPressure ? `Pressure (${unit ?? 'dbar'})` : `Depth (${unit ?? 'm'})`;
}

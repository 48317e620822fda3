import { z } from 'zod';
import { asStored, type SeriesValues } from './series';

/**
 * A closed interval `[low, high]`, both ends inside. `null` leaves an end open, so `[0, null]` is "not negative".
 * Parsed, an open end is an infinity, and comparisons need no special case.
 */
export const span = z
  .tuple([z.number().nullable(), z.number().nullable()])
  .transform(([low, high]): Span => [low ?? -Infinity, high ?? Infinity])
  .refine(([low, high]) => low <= high, 'the first bound must not exceed the second');

export type Span = [low: number, high: number];

/** Whether a value lies in the interval, its ends included. NaN lies in none. */
export function isWithin(value: number, bounds: Span): boolean {
  return value >= bounds[0] && value <= bounds[1];
}

/** The interval as the values of a series can meet it. */
export function storedSpan([low, high]: Span, values: SeriesValues): Span {
  return [asStored(low, values), asStored(high, values)];
}

import { QARTOD_FLAG, type QartodFlag } from '@tidelake/lake-format';
import { z } from 'zod';

/** A suspect and a fail threshold, either of which may be left out. */
export interface Thresholds {
  suspect?: number | undefined;
  fail?: number | undefined;
}

/** The configuration fields of {@link Thresholds}, to be spread into a test's own. */
export const optionalThresholds = {
  suspect: z.number().optional(),
  fail: z.number().optional(),
};

/** The rule that a test with two optional thresholds must have one of them, for `.refine`. */
export const hasThreshold = {
  check: ({ suspect, fail }: Thresholds): boolean => suspect !== undefined || fail !== undefined,
  message: 'give a suspect or a fail threshold',
};

/** Thresholds as numbers; one that is left out is never exceeded. */
export function limitsOf({ suspect = Infinity, fail = Infinity }: Thresholds): { suspect: number; fail: number } {
  return { suspect, fail };
}

/** 4 above `fail`, else 3 above `suspect`, else 1. Meeting a threshold is not exceeding it; NaN exceeds nothing. */
export function flagAbove(value: number, suspect: number, fail: number): QartodFlag {
  if (value > fail) return QARTOD_FLAG.fail;
  return value > suspect ? QARTOD_FLAG.suspect : QARTOD_FLAG.pass;
}

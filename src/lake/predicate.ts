/** A constant in a condition. Timestamps are UTC microseconds since 1970-01-01 (exact below the year 2255). */
export type Literal =
  | { type: 'number'; value: number }
  | { type: 'text'; value: string }
  | { type: 'boolean'; value: boolean }
  | { type: 'timestamp'; value: number };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A condition on rows, as far as the planner understands it. What it does not understand is `anything`, which every
 * row may fulfil: a predicate is always at least as wide as the SQL it was read from.
 */
export type Predicate =
  | { kind: 'anything' }
  | { kind: 'nothing' }
  | { kind: 'and'; terms: Predicate[] }
  | { kind: 'or'; terms: Predicate[] }
  | { kind: 'compare'; column: string; comparison: Comparison; literal: Literal }
  | { kind: 'in'; column: string; literals: Literal[] }
  | { kind: 'null'; column: string; isNull: boolean };

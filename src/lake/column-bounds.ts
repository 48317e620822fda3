import { compareLiterals } from './literal';
import { and, ANYTHING, NOTHING, or, type Comparison, type Literal, type Predicate } from './predicate';

/**
 * What is known of a column's values in a folder, file, row group or page. Everything is optional; what is absent may
 * be anything. Bounds need not be attained, so truncated statistics will do as long as they lie outside. A bound that a
 * double cannot hold must be rounded outward or left out.
 */
export interface ColumnBounds {
  /** No value is below, NaN aside. */
  min?: Literal;
  /** No value is above, NaN aside. */
  max?: Literal;
  /** How many rows are NULL. */
  nulls?: 'none' | 'some' | 'all';
  /**
   * False where no value is NaN. Parquet's min and max pass over NaN while DuckDB ranks it above every number, so that
   * `x > 5` finds the NaN in a file whose maximum is 3: unless this is false, numbers have no upper bound.
   */
  nan?: boolean;
  /** Whether a value may be among them, where more is known than an interval. False is certain. */
  mayHold?: (value: Literal) => boolean;
}

/** What is known of a column by its name; undefined where nothing is. */
export type BoundsOf = (column: string) => ColumnBounds | undefined;

/** Whether any row within the bounds may fulfil the predicate. False is certain; true is not. */
export function mayMatch(predicate: Predicate, boundsOf: BoundsOf): boolean {
  switch (predicate.kind) {
    case 'anything':
      return true;
    case 'nothing':
      return false;
    case 'and':
      return predicate.terms.every((term) => mayMatch(term, boundsOf));
    case 'or':
      return predicate.terms.some((term) => mayMatch(term, boundsOf));
    case 'null': {
      const nulls = boundsOf(predicate.column)?.nulls;
      return predicate.isNull ? nulls !== 'none' : nulls !== 'all';
    }
    case 'compare': {
      const bounds = boundsOf(predicate.column);
      return bounds === undefined || mayCompare(bounds, predicate.comparison, predicate.literal);
    }
    case 'in': {
      const bounds = boundsOf(predicate.column);
      return bounds === undefined || predicate.literals.some((literal) => mayCompare(bounds, '=', literal));
    }
  }
}

/** What is known of a column in several places together. */
export function uniteBounds(places: readonly ColumnBounds[]): ColumnBounds {
  if (places.every(({ nulls }) => nulls === 'all')) return { nulls: 'all' };
  const withValues = places.filter(({ nulls }) => nulls !== 'all');
  const min = outermost(
    withValues.map((bounds) => bounds.min),
    -1,
  );
  const max = outermost(
    withValues.map((bounds) => bounds.max),
    1,
  );
  const nulls = places.some((bounds) => bounds.nulls === undefined)
    ? undefined
    : places.every((bounds) => bounds.nulls === 'none')
      ? 'none'
      : 'some';
  return {
    ...(min && { min }),
    ...(max && { max }),
    ...(nulls && { nulls }),
    ...(withValues.every(({ nan }) => nan === false) && { nan: false }),
  };
}

/** @param direction -1 for the least, 1 for the greatest; undefined where one of them is unknown */
function outermost(literals: readonly (Literal | undefined)[], direction: -1 | 1): Literal | undefined {
  return literals.reduce((outer, literal) => {
    if (outer === undefined || literal === undefined) return undefined;
    const order = compareLiterals(literal, outer);
    return order === undefined ? undefined : order * direction > 0 ? literal : outer;
  });
}

/**
 * The predicate as it looks from within the bounds: conditions that no row there can fulfil are gone, and so are those
 * that every row there fulfils, NULLs aside. It lets through at least the rows of the original.
 */
export function withinBounds(predicate: Predicate, boundsOf: BoundsOf): Predicate {
  switch (predicate.kind) {
    case 'and':
      return and(...predicate.terms.map((term) => withinBounds(term, boundsOf)));
    case 'or':
      return or(...predicate.terms.map((term) => withinBounds(term, boundsOf)));
    default:
      if (!mayMatch(predicate, boundsOf)) return NOTHING;
      return mayFail(predicate, boundsOf) ? predicate : ANYTHING;
  }
}

function mayCompare(bounds: ColumnBounds, comparison: Comparison, literal: Literal): boolean {
  if (bounds.nulls === 'all') return false;
  const { min } = bounds;
  const max = upperBound(bounds, literal);
  const belowMin = min === undefined ? undefined : compareLiterals(literal, min);
  const aboveMax = max === undefined ? undefined : compareLiterals(literal, max);
  switch (comparison) {
    case '=':
      if (bounds.mayHold?.(literal) === false) return false;
      return !(belowMin !== undefined && belowMin < 0) && !(aboveMax !== undefined && aboveMax > 0);
    case '!=':
      return !(belowMin === 0 && aboveMax === 0);
    case '<':
      return !(belowMin !== undefined && belowMin <= 0);
    case '<=':
      return !(belowMin !== undefined && belowMin < 0);
    case '>':
      return !(aboveMax !== undefined && aboveMax >= 0);
    case '>=':
      return !(aboveMax !== undefined && aboveMax > 0);
  }
}

function upperBound(bounds: ColumnBounds, literal: Literal): Literal | undefined {
  return literal.type === 'number' && bounds.nan !== false ? { type: 'number', value: NaN } : bounds.max;
}

const OPPOSITE: Record<Comparison, Comparison> = { '=': '!=', '!=': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' };

/** Whether a row that is not NULL may fail the condition. */
function mayFail(predicate: Predicate, boundsOf: BoundsOf): boolean {
  switch (predicate.kind) {
    case 'compare': {
      const bounds = boundsOf(predicate.column);
      return bounds === undefined || mayCompare(bounds, OPPOSITE[predicate.comparison], predicate.literal);
    }
    case 'in': {
      const bounds = boundsOf(predicate.column);
      return bounds === undefined || predicate.literals.every((literal) => mayCompare(bounds, '!=', literal));
    }
    case 'null':
      return predicate.isNull
        ? boundsOf(predicate.column)?.nulls !== 'all'
        : boundsOf(predicate.column)?.nulls !== 'none';
    default:
      return predicate.kind !== 'anything';
  }
}

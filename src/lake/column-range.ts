import { compareLiterals } from './literal';
import type { Literal, Predicate } from './predicate';

/** The values between two constants, both included. An absent end is open. */
export interface ColumnRange {
  min?: Literal;
  max?: Literal;
}

/**
 * The range that a column's value must lie in for a row to fulfil the predicate (a row where it is NULL or outside
 * does not); null where no row can fulfil it. With neither end, nothing is known, NULLs included.
 */
export function hullOf(predicate: Predicate, column: string): ColumnRange | null {
  switch (predicate.kind) {
    case 'nothing':
      return null;
    case 'and':
      return predicate.terms.reduce<ColumnRange | null>((range, term) => overlap(range, hullOf(term, column)), {});
    case 'or':
      return predicate.terms.reduce<ColumnRange | null>((range, term) => cover(range, hullOf(term, column)), null);
    case 'compare':
      return predicate.column === column ? hullOfComparison(predicate.comparison, predicate.literal) : {};
    case 'in':
      return predicate.column !== column
        ? {}
        : predicate.literals.reduce<ColumnRange | null>(
            (range, literal) => cover(range, { min: literal, max: literal }),
            null,
          );
    default:
      return {};
  }
}

/** The values, each once, of which a column must have one for a row to fulfil the predicate; undefined where endless. */
export function valuesOf(predicate: Predicate, column: string): Literal[] | undefined {
  switch (predicate.kind) {
    case 'nothing':
      return [];
    case 'compare':
      return predicate.column === column && predicate.comparison === '=' ? [predicate.literal] : undefined;
    case 'in':
      return predicate.column === column ? distinctOf(predicate.literals) : undefined;
    case 'and': {
      const lists = predicate.terms.flatMap((term) => {
        const values = valuesOf(term, column);
        return values === undefined ? [] : [values];
      });
      const [first, ...others] = lists;
      const allowed = others.map((list) => new Set(list.map(nameOf)));
      return first?.filter((value) => allowed.every((names) => names.has(nameOf(value))));
    }
    case 'or': {
      const lists = predicate.terms.map((term) => valuesOf(term, column));
      const all = lists.flatMap((list) => list ?? []);
      return lists.includes(undefined) ? undefined : distinctOf(all);
    }
    default:
      return undefined;
  }
}

function hullOfComparison(comparison: string, literal: Literal): ColumnRange {
  switch (comparison) {
    case '=':
      return { min: literal, max: literal };
    case '<':
    case '<=':
      return { max: literal };
    case '>':
    case '>=':
      return { min: literal };
    default:
      return {};
  }
}

function overlap(first: ColumnRange | null, second: ColumnRange | null): ColumnRange | null {
  if (first === null || second === null) return null;
  return rangeOf(outermost(first.min, second.min, 1), outermost(first.max, second.max, -1));
}

function cover(first: ColumnRange | null, second: ColumnRange | null): ColumnRange | null {
  if (first === null) return second;
  if (second === null) return first;
  return rangeOf(widest(first.min, second.min, -1), widest(first.max, second.max, 1));
}

/** The later of two ends where `direction` is 1, the earlier where it is -1; an open end gives way. */
function outermost(first: Literal | undefined, second: Literal | undefined, direction: 1 | -1): Literal | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const order = compareLiterals(second, first);
  return order !== undefined && order * direction > 0 ? second : first;
}

/** Like {@link outermost}, but an open end, or ends that cannot be compared, stay open. */
function widest(first: Literal | undefined, second: Literal | undefined, direction: 1 | -1): Literal | undefined {
  if (first === undefined || second === undefined || compareLiterals(first, second) === undefined) return undefined;
  return outermost(first, second, direction);
}

function rangeOf(min: Literal | undefined, max: Literal | undefined): ColumnRange {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function distinctOf(literals: Literal[]): Literal[] {
  return [...new Map(literals.map((literal) => [nameOf(literal), literal])).values()];
}

/** The same text for equal constants: -0 and 0 are both written `0`. */
function nameOf(literal: Literal): string {
  return `${literal.type} ${literal.value}`;
}

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

/** Every row. */
export const ANYTHING: Predicate = { kind: 'anything' };
/** No row. */
export const NOTHING: Predicate = { kind: 'nothing' };

// Comparing every pair of a long list of terms would cost more than it saves.
const LARGEST_DEDUPLICATION = 64;

/** The rows that fulfil all terms, simplified: nested conjunctions are flattened, repeated terms said once. */
export function and(...terms: Predicate[]): Predicate {
  const flat = distinct(terms.flatMap((term) => (term.kind === 'and' ? term.terms : [term])));
  if (flat.some((term) => term.kind === 'nothing')) return NOTHING;
  const limiting = flat.filter((term) => term.kind !== 'anything');
  const [only] = limiting;
  if (only === undefined) return ANYTHING;
  return limiting.length === 1 ? only : { kind: 'and', terms: limiting };
}

/**
 * The rows that fulfil at least one term, simplified like {@link and}. Equalities of one column become one list, so that
 * thousands of them stay quick to check.
 */
export function or(...terms: Predicate[]): Predicate {
  const flat = distinct(listed(terms.flatMap((term) => (term.kind === 'or' ? term.terms : [term]))));
  if (flat.some((term) => term.kind === 'anything')) return ANYTHING;
  const possible = flat.filter((term) => term.kind !== 'nothing');
  const [only] = possible;
  if (only === undefined) return NOTHING;
  return possible.length === 1 ? only : { kind: 'or', terms: possible };
}

function listed(terms: Predicate[]): Predicate[] {
  const lists = new Map<string, Literal[]>();
  for (const term of terms) {
    const literals = literalsOf(term);
    if (literals === undefined || !('column' in term)) continue;
    const list = lists.get(term.column);
    if (list === undefined) lists.set(term.column, [...literals]);
    else list.push(...literals.filter((literal) => list.length > LARGEST_DEDUPLICATION || !includes(list, literal)));
  }
  const done = new Set<string>();
  return terms.flatMap((term) => {
    if (literalsOf(term) === undefined || !('column' in term)) return [term];
    const { column } = term;
    const literals = lists.get(column) ?? [];
    if (done.has(column)) return [];
    done.add(column);
    return literals.length === 1 ? [term] : [{ kind: 'in', column, literals }];
  });
}

function includes(list: Literal[], literal: Literal): boolean {
  return list.some((other) => sameLiteral(other, literal));
}

function literalsOf(term: Predicate): Literal[] | undefined {
  if (term.kind === 'in') return term.literals;
  return term.kind === 'compare' && term.comparison === '=' ? [term.literal] : undefined;
}

/** The columns a predicate speaks of, each once. */
export function columnsOf(predicate: Predicate): string[] {
  switch (predicate.kind) {
    case 'anything':
    case 'nothing':
      return [];
    case 'and':
    case 'or':
      return [...new Set(predicate.terms.flatMap(columnsOf))];
    default:
      return [predicate.column];
  }
}

function distinct(terms: Predicate[]): Predicate[] {
  if (terms.length > LARGEST_DEDUPLICATION) return terms;
  return terms.filter((term, index) => terms.findIndex((earlier) => samePredicate(earlier, term)) === index);
}

function samePredicate(first: Predicate, second: Predicate): boolean {
  switch (first.kind) {
    case 'anything':
    case 'nothing':
      return second.kind === first.kind;
    case 'and':
    case 'or':
      return second.kind === first.kind && sameItems(first.terms, second.terms, samePredicate);
    case 'compare':
      return (
        second.kind === 'compare' &&
        second.column === first.column &&
        second.comparison === first.comparison &&
        sameLiteral(first.literal, second.literal)
      );
    case 'in':
      return (
        second.kind === 'in' &&
        second.column === first.column &&
        sameItems(first.literals, second.literals, sameLiteral)
      );
    case 'null':
      return second.kind === 'null' && second.column === first.column && second.isNull === first.isNull;
  }
}

function sameItems<Item>(first: Item[], second: Item[], same: (left: Item, right: Item) => boolean): boolean {
  return (
    first.length === second.length &&
    first.every((item, index) => {
      const other = second[index];
      return other !== undefined && same(item, other);
    })
  );
}

function sameLiteral(first: Literal, second: Literal): boolean {
  return first.type === second.type && Object.is(first.value, second.value);
}

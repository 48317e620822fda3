import type { Literal, Predicate } from './predicate';

/** A predicate as one reads it, such as `(station = "a" AND time >= 2025-11-01T00:00:00.000Z)`. */
export function sayPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return `(${predicate.terms.map(sayPredicate).join(predicate.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'compare':
      return `${predicate.column} ${predicate.comparison} ${sayLiteral(predicate.literal)}`;
    case 'in':
      return `${predicate.column} IN ${predicate.literals.map(sayLiteral).join(', ')}`;
    case 'null':
      return `${predicate.column} IS ${predicate.isNull ? '' : 'NOT '}NULL`;
    default:
      return predicate.kind;
  }
}

function sayLiteral({ type, value }: Literal): string {
  if (type === 'text') return JSON.stringify(value);
  return type === 'timestamp' && Number.isFinite(value) ? new Date(value / 1000).toISOString() : String(value);
}

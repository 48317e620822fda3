import type { ColumnDescription } from '@tidelake/lake-format';
import { formatUnit } from './value-text';

/** How a variable is named and drawn. */
export interface VariableLook {
  /** Its long name, or its column's. */
  name: string;
  /** As printed; '' where it has none. */
  unit: string;
  /** Name and unit. */
  label: string;
  /** Positive down, as depth and pressure are drawn. */
  reversed: boolean;
  /** Whether it wraps around, as directions do. */
  isDirection: boolean;
  /** Whether it counts something, so that a value holds until the next one. */
  isCount: boolean;
}

/** How a variable is named and drawn, by its role, its CF standard name, its unit and its name. */
export function lookOf({ name, longName, standardName, unit, role }: ColumnDescription): VariableLook {
  const about = `${standardName ?? ''} ${name}`.replaceAll('_', ' ');
  const shown = longName ?? name;
  const printed = formatUnit(unit);
  return {
    name: shown,
    unit: printed,
    label: printed === '' ? shown : `${shown} (${printed})`,
    reversed:
      role === 'depth' || /\b(depth|(sea )?water pressure|pressure)\b/i.test(about.replace(/\bair pressure\b/i, '')),
    isDirection: /\b(direction|dir|heading)\b/i.test(about),
    isCount: /^counts?$/i.test(unit ?? '') || /\b(counts?|number of)\b/i.test(about),
  };
}

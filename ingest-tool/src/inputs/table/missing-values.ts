import type { TableSettings } from './table-settings';

/** Words that stand for no value in any table, in lower case. */
const WORDS = ['nan', 'na', 'n/a', '#n/a', 'null', 'none', '-', '--'];

/** The texts and numbers that stand for no value in every column: the usual words, and what is declared. */
export function missingValues({ missing }: Pick<TableSettings, 'missing'>): {
  texts: Set<string>;
  numbers: Set<number>;
} {
  const texts = new Set([...WORDS, ...missing.map((text) => text.toLowerCase())]);
  const numbers = missing.filter((text) => text.trim() !== '').map(Number);
  return { texts, numbers: new Set(numbers.filter((value) => Number.isFinite(value))) };
}

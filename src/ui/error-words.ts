import type { LakeErrorCode, Remedy } from '../lake/lake-error';

/** A heading for each way a journey can end. */
export const ERROR_TITLES: Record<LakeErrorCode, string> = {
  unreachable: 'No answer that this page may read',
  'access-denied': 'The store denies access',
  'not-found': 'Nothing is there',
  'not-a-lake': 'This is not a lake',
  'not-parquet': 'A file is not Parquet',
  truncated: 'A file is incomplete',
  'schema-clash': 'Files do not agree on their columns',
  throttled: 'The store asks to slow down',
  'bad-sql': 'The SQL has an error',
  'out-of-memory': 'Too much for the memory of this page',
  cancelled: 'Cancelled',
  unsupported: 'Not supported here',
  unexpected: 'Something unexpected happened',
};

/** What leads from a failed query to the screen that opens its lake again, where that can mend it. */
export const WAYS_BACK: Partial<Record<Remedy, string>> = {
  cors: 'Check access to the store',
  keys: 'Enter the keys again',
  folder: 'Choose the folder again',
};

/** Where in a text an offset is: its line and column (from 1), and the line itself. */
export function placeInText(text: string, offset: number): { line: number; column: number; text: string } {
  const before = text.slice(0, offset).split('\n');
  const line = before.length;
  return { line, column: (before.at(-1) ?? '').length + 1, text: text.split('\n')[line - 1] ?? '' };
}

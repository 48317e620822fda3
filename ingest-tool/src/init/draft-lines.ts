import { stringify } from 'yaml';
import type { ColumnDraft } from './column-draft';

/** What a draft says of stations where nothing in the captures does. */
export const STATION_LINES = [
  '# Without a station, each device is one. stations: lists names and positions: docs/mapping.md',
  '# station: { id: my-station }',
] as const;

/** A line of the list of columns. */
export function columnLine({ name, from, role, type, unit, comment }: ColumnDraft): string {
  const keys = { name, from: from === name ? undefined : from, role, type, unit };
  const stated = Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return `  - ${flow(stated)}${comment === undefined ? '' : ` # ${oneLine(comment)}`}`;
}

/** Keys and values between braces. */
export function flow(entries: readonly (readonly [string, string])[]): string {
  return `{ ${entries.map(([key, value]) => `${key}: ${scalar(value)}`).join(', ')} }`;
}

/** A text as YAML writes it, safe inside `{ }` too. */
export function scalar(text: string): string {
  if (/^[A-Za-z][\w-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)) return text;
  return stringify(text, { defaultStringType: 'QUOTE_SINGLE', lineWidth: 0 }).trimEnd();
}

/** What comes from captures must not end a comment. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

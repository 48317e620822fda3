import type { CaptureFound } from '../inspect/inspect-report';
import type { FieldReport } from '../inspect/field-summary';
import { draftColumns } from './column-draft';
import { columnLine, oneLine, STATION_LINES } from './draft-lines';

/**
 * Drafts a mapping of tables: the columns of all of them by their names.
 * @returns undefined where none of the captures is a table with a time
 */
export function draftTables(captures: readonly CaptureFound[]): string | undefined {
  const fields = new Map<string, FieldReport>();
  for (const { table } of captures) {
    for (const field of table?.columns ?? []) if (!fields.has(field.path)) fields.set(field.path, field);
  }
  const columns = draftColumns([...fields.values()], ['device']).map((column) =>
    column.role === 'device' ? { ...column, from: 'file.stem', comment: 'the name of the file' } : column,
  );
  if (columns.find(({ role }) => role === 'time')?.from === 'receive_time') return undefined;
  const notes = new Set(captures.flatMap(({ table, notes: own }) => (table === null ? [] : own)));
  return [
    '# Drafted from what the tables hold; every line is yours to change. Keys: docs/mapping.md and docs/inputs.md.',
    '# license: CC-BY-4.0',
    '',
    ...[...notes].map((note) => `# ${oneLine(note)}`),
    'table: {}',
    '',
    ...STATION_LINES,
    '',
    'columns:',
    ...columns.map(columnLine),
    '',
  ].join('\n');
}

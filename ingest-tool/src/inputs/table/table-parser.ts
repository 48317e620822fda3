import { EXIT, ToolError } from '../../tool-error';
import { refuseForeignFile } from '../foreign-files';
import { openTable } from './open-table';
import type { TableColumns, TableHeader } from './table-columns';
import type { TableSettings } from './table-settings';
import { TextTableParser } from './text-table-parser';
import { TobParser } from './tob-parser';
import { readTobTable } from './tob-table';

/** How a run reads tables. */
export interface TableReading {
  readonly settings: TableSettings;
  /** Where the cells go. */
  readonly columns: TableColumns;
  /** Whether there are captures of messages beside the tables. */
  readonly isBesideMessages?: boolean;
}

/** A table with what takes its rows out of it. */
interface OpenedTable {
  parser: TextTableParser | TobParser;
  header: TableHeader;
  /** Of its beginning, what tells how its rows are read. */
  kept: Uint8Array;
  notes: string[];
}

/**
 * What takes the rows out of a table, told from its beginning.
 * @throws ToolError where it is no table, or lacks what the mapping cannot do without
 */
export function tableParser(
  head: Uint8Array,
  isWhole: boolean,
  path: string,
  { settings, columns, isBesideMessages }: TableReading,
): OpenedTable {
  refuseForeignFile(head, path);
  const notesOf = (notes: readonly string[], missing: readonly string[]): string[] => [
    ...notes,
    ...(isBesideMessages === true ? [] : missingNotes(missing)),
  ];
  const binary = [undefined, 'tob', 'toa5'].includes(settings.format) ? readTobTable(head, path, settings) : undefined;
  if (binary !== undefined) {
    const { bound, missing } = columns.bind(binary, path);
    const kept = head.slice(0, binary.start);
    return { parser: new TobParser(binary, bound), header: binary, kept, notes: notesOf(binary.notes, missing) };
  }
  const table = openTable(head, isWhole, path, settings);
  if (table === undefined) {
    throw new ToolError(
      EXIT.input,
      `${path} is no table that is known${settings.format === undefined ? '' : `, or not of the format ${settings.format}`}`,
      'If its rows have columns, say in the mapping how they are written: table: { delimiter: …, headerLine: … }; docs/inputs.md tells more.',
    );
  }
  const { bound, missing } = columns.bind(table, path);
  return {
    parser: new TextTableParser(table, bound, head),
    header: table,
    kept: head.slice(),
    notes: notesOf(table.notes, missing),
  };
}

/** Columns that messages fill are not missed in tables beside them. */
function missingNotes(missing: readonly string[]): string[] {
  if (missing.length === 0) return [];
  const named = missing.slice(0, 8).join(', ');
  const more = missing.length > 8 ? ` and ${missing.length - 8} more columns that others have` : '';
  return [`it has no ${named}${more}; these stay empty`];
}

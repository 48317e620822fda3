import type { CaptureFound } from '../inspect/inspect-report';
import type { TableFound } from '../inspect/inspect-table';
import type { FieldReport } from '../inspect/field-summary';
import { deviceField, draftColumns, type ColumnDraft } from './column-draft';
import { oneLine, scalar } from './draft-lines';

/** Share of rows with the time of the row before them from which on a table is one of profiles. */
const PROFILE_SHARE = 0.5;

/** So many different texts among numbers are markers; more are values of their own. */
const MOST_MARKERS = 5;

/** What a draft says of tables. */
interface TablesDraft {
  columns: ColumnDraft[];
  /** How they are read, as lines of YAML, the first with the key. */
  lines: string[];
}

/**
 * Drafts how tables are read: the columns of all of them by their names.
 * @returns undefined where none of the captures is a table with a time
 */
export function draftTables(captures: readonly CaptureFound[]): TablesDraft | undefined {
  const fields = new Map<string, FieldReport>();
  for (const { table } of captures) {
    for (const field of table?.columns ?? []) if (!fields.has(field.path)) fields.set(field.path, field);
  }
  const tables = captures.flatMap(({ table }) => table ?? []);
  const strays = strayTexts(tables);
  const usable = [...fields.values()].map((field) => asNumbers(field, strays.byColumn));
  const facts = new Set(tables.map(({ device }) => device));
  const [fact = null] = facts;
  const inAll = usable.filter(({ path }) => tables.every((table) => table.columns.some((own) => own.path === path)));
  const columns = draftColumns(usable, deviceField(inAll) === undefined ? ['device'] : [], {
    isProfile: tables.some(({ rows, repeatedTimes }) => repeatedTimes > PROFILE_SHARE * rows),
    device:
      facts.size === 1 && fact !== null
        ? { from: fact, comment: 'of the header' }
        : { from: 'file.stem', comment: 'the name of the file' },
  });
  if (columns.find(({ role }) => role === 'time')?.from === 'receive_time') return undefined;
  const notes = new Set(captures.flatMap(({ table, notes: own }) => (table === null ? [] : own)));
  return {
    columns,
    lines: [
      ...[...notes].map((note) => `# ${oneLine(note)}`),
      ...(tables.length > 0 && tables.every(isNdbc)
        ? ['# preset: ndbc has these columns in full words, with CF standard names']
        : []),
      ...missingLines(strays.all),
    ],
  };
}

function isNdbc({ format }: TableFound): boolean {
  return format === 'NDBC';
}

/** Texts that stand among numbers. */
function strayTexts(tables: readonly TableFound[]): { all: string[]; byColumn: Map<string, string[]> } {
  const byColumn = new Map<string, string[]>();
  for (const { strays } of tables) {
    for (const [column, texts] of Object.entries(strays)) {
      byColumn.set(column, [...new Set([...(byColumn.get(column) ?? []), ...texts])]);
    }
  }
  const markers = [...byColumn.values()].filter((texts) => texts.length <= MOST_MARKERS);
  return { all: [...new Set(markers.flat())].sort(), byColumn };
}

/** A column of numbers, unless too many other texts stand among them. */
function asNumbers(field: FieldReport, strays: ReadonlyMap<string, readonly string[]>): FieldReport {
  const texts = strays.get(field.path) ?? [];
  return texts.length > MOST_MARKERS ? { ...field, kind: 'text', examples: [...field.examples, ...texts] } : field;
}

/** How the tables are read, with the texts that stand for no value. */
function missingLines(texts: readonly string[]): string[] {
  if (texts.length === 0) return ['table: {}'];
  return [
    'table:',
    `  missing: [${texts.map(scalar).join(', ')}] # texts that stand among numbers; a row with another one is set aside`,
  ];
}

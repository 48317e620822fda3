import { headCells } from './head-cells';
import { missingValues } from './missing-values';
import type { CellSyntax } from './row-cells';
import { fileFacts, type TableHead } from './table-head';
import type { TableSettings } from './table-settings';
import type { TextTable } from './text-table';
import { tableTimeRule } from './table-time';
import { parseTimeText } from '../../time/time-text';

const SYNTAX: CellSyntax = { delimiter: 0x2c, isQuoted: true };

/** The environment line of Campbell Scientific's formats, after the format's name. */
export const ENVIRONMENT = ['station', 'model', 'serial', 'os', 'program', 'signature', 'table'];

/**
 * Reads the four header lines of a Campbell Scientific TOA5 file: environment, names, units, and how values were processed.
 * Undefined for any other file. Loggers write the time of their clock, without its zone.
 */
export function readToa5Table(head: TableHead, settings: TableSettings): TextTable | undefined {
  const [environment, names, units] = head.lines.slice(0, 3).map(({ text }) => headCells(text, SYNTAX));
  const last = head.lines[3];
  if (environment?.[0] !== 'TOA5' || names === undefined || last === undefined) return undefined;
  const facts = ENVIRONMENT.map((name, index): [string, string] => [`header.${name}`, environment[index + 1] ?? '']);
  const texts = head.lines.slice(4).flatMap(({ text }) => headCells(text, SYNTAX)?.[0] ?? []);
  const { rule: time, notes } = tableTimeRule(head.path, settings, texts);
  const missing = missingValues(settings);
  return {
    format: 'Campbell TOA5',
    names: [...names, 'time'],
    units: names.map((_, cell) => (units?.[cell] ?? '') || undefined),
    facts: new Map([...fileFacts(head.path), ...facts]),
    firstRow: last.next,
    firstLine: 5,
    syntax: SYNTAX,
    encoding: head.encoding,
    decimal: '.',
    missing: missing.texts,
    missingNumbers: new Map([[-1, missing.numbers]]),
    comment: undefined,
    time,
    computed: [{ name: 'time', from: [0], value: ([text = '']) => parseTimeText(text, time) }],
    notes,
  };
}

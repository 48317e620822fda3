import { missingValues } from './missing-values';
import type { CellSyntax } from './row-cells';
import { fileFacts, type TableHead } from './table-head';
import type { TableSettings } from './table-settings';
import type { TextTable } from './text-table';
import { tableTimeRule } from './table-time';
import { parseTimeText } from '../../time/time-text';

const SYNTAX: CellSyntax = { delimiter: 0x09, isQuoted: false };

/** Entries of the header that tell of the whole file; those of its channels come again and again. */
const FACTS: Record<string, string> = {
  'Site Number': 'header.site',
  'Site Description': 'header.description',
  Latitude: 'header.latitude',
  Longitude: 'header.longitude',
  Elevation: 'header.elevation',
  'Time Zone': 'header.zone',
};

/**
 * Reads the header of a text export of an NRG SymphoniePRO logger. Undefined for any other file. Rows are in the logger's local
 * time, whose zone the header names. A column's name ends in its unit: `Ch2_Anem_85.00m_S_Avg_m/s`.
 */
export function readNrgTable(head: TableHead, settings: TableSettings): TextTable | undefined {
  if (!/^(?:NRG Export Service|SymphoniePRO)/.test(head.lines[0]?.text ?? '')) return undefined;
  const data = head.lines.findIndex(({ text }) => text.startsWith('Timestamp\t'));
  const header = head.lines[data];
  if (header === undefined) return undefined;
  const facts = new Map(fileFacts(head.path));
  let section = '';
  for (const [index, { text }] of head.lines.slice(0, data).entries()) {
    const [key = '', value = ''] = text.split('\t');
    if (value === '' && head.lines[index - 1]?.text === '') section = text;
    const name =
      section === 'Logger History' && key === 'Serial Number:' ? 'header.serial' : FACTS[key.replace(/:$/, '')];
    if (name !== undefined && value !== '' && !facts.has(name)) facts.set(name, value.trim());
  }
  const cells = header.text.split('\t');
  const units = cells.map((cell) => /_([^_]+)$/.exec(cell)?.[1]);
  const texts = head.lines.slice(data + 1).map(({ text }) => text.split('\t')[0] ?? '');
  const { rule: time, notes } = tableTimeRule(head.path, settings, texts, facts.get('header.zone'));
  const missing = missingValues(settings);
  return {
    format: 'NRG SymphoniePRO export',
    names: [...cells, 'time'],
    units,
    facts,
    firstRow: header.next,
    firstLine: data + 2,
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

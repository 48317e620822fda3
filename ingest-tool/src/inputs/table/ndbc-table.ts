import { missingValues } from './missing-values';
import { headCells } from './head-cells';
import type { CellSyntax } from './row-cells';
import { fileFacts, type TableHead } from './table-head';
import type { TableSettings } from './table-settings';
import type { TextTable } from './text-table';
import { parseTimeText } from '../../time/time-text';
import { UTC_ZONE } from '../../time/time-zone';

const SYNTAX: CellSyntax = { delimiter: 'blanks', isQuoted: false };

/** What the files of earlier years call a column of today's. */
const RENAMED: Record<string, string> = { WD: 'WDIR', BAR: 'PRES' };

/**
 * Numbers that stand for no measurement in the historical files, which are as many nines as a column has room for:
 * https://www.ndbc.noaa.gov/faq/measdes.shtml. In real-time files it is `MM`.
 */
const NINES: Record<string, number> = {
  WDIR: 999,
  WSPD: 99,
  GST: 99,
  WVHT: 99,
  DPD: 99,
  APD: 99,
  MWD: 999,
  PRES: 9999,
  ATMP: 999,
  WTMP: 999,
  DEWP: 999,
  VIS: 99,
  PTDY: 99,
  TIDE: 99,
  GDR: 999,
  GTIME: 9999,
  DEPTH: 999,
  OTMP: 999,
  COND: 99,
  SAL: 99,
};

const MARKERS = ['mm'];

/**
 * Reads the header of a file of the National Data Buoy Center, real-time or historical, with or without minutes and a line
 * of units. Undefined for any other file. Times are UTC; the station is in the file's name alone.
 */
export function readNdbcTable(head: TableHead, settings: TableSettings): TextTable | undefined {
  const [first, second] = head.lines;
  const names = headCells((first?.text ?? '').replace(/^#/, ''), SYNTAX)?.map((name) => RENAMED[name] ?? name);
  if (first === undefined || names === undefined || !/^#?(?:YY|YYYY)\s+MM\s+DD\s+hh\b/.test(first.text))
    return undefined;
  const hasUnits = second !== undefined && /^#?\s*yr\s+mo\b/.test(second.text);
  const units = hasUnits ? (headCells(second.text.replace(/^#/, ''), SYNTAX) ?? []) : [];
  const cells = [0, 1, 2, 3, ...(names[4] === 'mm' ? [4] : [])];
  const missing = missingValues(settings);
  const station = /^([0-9a-z]{5})(?:[a-z]?\d{4})?(?:\.|$)/i.exec(fileFacts(head.path)[0]?.[1] ?? '')?.[1];
  return {
    format: 'NDBC',
    names: [...names, 'time'],
    units: names.map((_, cell) => units[cell]),
    facts: new Map([...fileFacts(head.path), ...(station === undefined ? [] : [['header.station', station] as const])]),
    firstRow: (hasUnits ? second : first).next,
    firstLine: hasUnits ? 3 : 2,
    syntax: SYNTAX,
    encoding: head.encoding,
    decimal: '.',
    missing: new Set([...missing.texts, ...MARKERS]),
    missingNumbers: new Map([
      [-1, missing.numbers],
      ...names.flatMap((name, cell): [number, Set<number>][] => {
        const nines = NINES[name];
        return nines === undefined ? [] : [[cell, new Set([nines])]];
      }),
    ]),
    comment: '#',
    time: { order: 'ymd', zone: UTC_ZONE },
    computed: [{ name: 'time', from: cells, value: timeOfParts }],
    notes: [],
  };
}

function timeOfParts([year = '', month = '', day = '', hour = '', minute = '0']: readonly string[]): number {
  const two = (text: string): string => text.padStart(2, '0');
  const full = /^\d\d$/.test(year) ? `19${year}` : year;
  return parseTimeText(`${full}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`, {
    order: 'ymd',
    zone: UTC_ZONE,
  });
}

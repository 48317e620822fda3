import { EXIT, ToolError } from '../../tool-error';
import { missingValues } from './missing-values';
import type { CellSyntax } from './row-cells';
import { fileFacts, type TableHead } from './table-head';
import type { TableSettings } from './table-settings';
import type { ComputedColumn, TextTable } from './text-table';
import { parseTimeText, type TimeRule } from '../../time/time-text';
import { UTC_ZONE, zoneNamed } from '../../time/time-zone';

const SYNTAX: CellSyntax = { delimiter: 'blanks', isQuoted: false };
const SECOND = 1e6;
const DAY = 86_400 * SECOND;

/** Entries of the header's lines that start with `*`, by what they become. */
const FACTS: [pattern: RegExp, name: string][] = [
  [/^\* (?:Temperature SN|SERIAL NO\.?|.*Instrument.*Serial.*|Conductivity SN)\s*[=:]?\s*(\d+)/i, 'header.serial'],
  [/^\*{1,2}\s*Station\s*[:=]\s*(.+)$/i, 'header.station'],
  [/^\*{1,2}\s*(?:Cruise|Ship)\s*[:=]\s*(.+)$/i, 'header.cruise'],
];

/**
 * Reads the header of a Sea-Bird .cnv file: `# name 0 = prdM: Pressure [db]`, `# start_time`, `# bad_flag`, up to `*END*`. Columns are
 * called by Sea-Bird's short names. Undefined for any other file.
 * @throws ToolError where its values are binary
 */
export function readSeabirdTable(head: TableHead, settings: TableSettings): TextTable | undefined {
  const end = head.lines.findIndex(({ text }) => text.startsWith('*END*'));
  const last = head.lines[end];
  const header = head.lines.slice(0, end).map(({ text }) => text);
  if (last === undefined || !header.some((line) => line.startsWith('# name 0 ='))) return undefined;
  if (header.some((line) => /^# file_type = binary/.test(line))) {
    throw new ToolError(
      EXIT.input,
      `${head.path} is a Sea-Bird .cnv file with binary values`,
      'Convert it to ASCII with Sea-Bird’s Translate module, or write it as ASCII from Data Conversion.',
    );
  }
  const names: string[] = [];
  const units: (string | undefined)[] = [];
  for (const line of header) {
    const match = /^# name (\d{1,4}) = ([^:]+)(?::(.*))?$/.exec(line);
    if (match === null) continue;
    const [, index, name = '', words = ''] = match;
    names[Number(index)] = name.trim();
    units[Number(index)] = /\[([^\]]*)\]\s*$/.exec(words)?.[1];
  }
  const all = Array.from(names, (name: string | undefined, index) => name ?? `column${index}`);
  const facts = new Map([...fileFacts(head.path), ...factsOf(header)]);
  const zone = zoneNamed(settings.time.zone ?? 'UTC') ?? UTC_ZONE;
  const start = parseTimeText(entry(header, 'start_time')?.replace(/\s*\[.*$/, '') ?? '', { order: 'ymd', zone });
  const computed = timeColumn(
    all,
    start,
    zone,
    Number(/seconds:\s*([\d.eE+-]+)/.exec(entry(header, 'interval') ?? '')?.[1] ?? Number.NaN),
  );
  const badFlag = Number(entry(header, 'bad_flag') ?? Number.NaN);
  const missing = missingValues(settings);
  const rule: TimeRule = { order: 'ymd', zone };
  return {
    format: 'Sea-Bird .cnv',
    names: [...all, ...computed.map(({ name }) => name)],
    units,
    facts,
    firstRow: last.next,
    firstLine: end + 2,
    syntax: SYNTAX,
    encoding: head.encoding,
    decimal: '.',
    missing: missing.texts,
    missingNumbers: new Map([[-1, new Set([...missing.numbers, ...(Number.isNaN(badFlag) ? [] : [badFlag])])]]),
    comment: undefined,
    time: rule,
    computed,
    notes: [],
  };
}

function entry(header: readonly string[], name: string): string | undefined {
  return header.find((line) => line.startsWith(`# ${name} = `))?.slice(name.length + 5);
}

function factsOf(header: readonly string[]): [string, string][] {
  const facts = FACTS.flatMap(([pattern, name]): [string, string][] => {
    const value = header.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
    return value === undefined ? [] : [[name, value.trim()]];
  });
  for (const name of ['latitude', 'longitude']) {
    const line = header.find((own) => new RegExp(String.raw`^\*{1,2}\s*(?:NMEA )?${name}\s*[:=]`, 'i').test(own));
    const degrees = line === undefined ? Number.NaN : degreesOf(line.slice(line.search(/[:=]/) + 1));
    if (!Number.isNaN(degrees)) facts.push([`header.${name}`, String(degrees)]);
  }
  return facts;
}

/** Decimal degrees of `26 30.92 N`, `26.5153` or `76 44 34.2 W`, south and west negative; NaN of anything else. */
function degreesOf(text: string): number {
  const match =
    /^\s*([+-]?\d{1,3}(?:\.\d+)?)[°\s]*(?:(\d{1,2}(?:\.\d+)?)['\s]*)?(?:(\d{1,2}(?:\.\d+)?)["\s]*)?([NSEW])?\s*$/i.exec(
      text,
    );
  if (match === null) return Number.NaN;
  const [, degrees = '0', minutes = '0', seconds = '0', side = ''] = match;
  const size = Math.abs(Number(degrees)) + Number(minutes) / 60 + Number(seconds) / 3600;
  const isNegative = degrees.startsWith('-') || /[SW]/i.test(side);
  return Number((isNegative ? -size : size).toFixed(7));
}

/** Days have six decimals at most there, a twelfth of a second. */
function wholeSeconds(micros: number): number {
  return Math.round(micros / SECOND) * SECOND;
}

/** The column `time`, from whichever of Sea-Bird's time columns there is, else from the scan's number; none without a start. */
function timeColumn(
  names: readonly string[],
  start: number,
  zone: (local: number) => number,
  interval: number,
): ComputedColumn[] {
  const year = new Date(start / 1000).getUTCFullYear();
  const startDay = (start - Date.UTC(year, 0, 1) * 1000) / DAY + 1;
  const epoch = (origin: number) => (value: number) => zone(origin + value * SECOND);
  const kinds: [name: string, micros: (value: number) => number][] = [
    ['timeJ', (value) => julian(value)],
    ['timeJV2', (value) => julian(value)],
    ['timeY', epoch(0)],
    ['timeN', epoch(0)],
    ['timeQ', epoch(Date.UTC(2000, 0, 1) * 1000)],
    ['timeK', epoch(Date.UTC(2000, 0, 1) * 1000)],
    ['timeS', (value) => start + value * SECOND],
    ['timeM', (value) => start + value * 60 * SECOND],
    ['timeH', (value) => start + value * 3600 * SECOND],
  ];
  /** Days of the year, from 1; a smaller one than the start's is of the year after. */
  const julian = (value: number): number =>
    zone(Date.UTC(value < Math.floor(startDay) - 1 ? year + 1 : year, 0, 1) * 1000 + wholeSeconds((value - 1) * DAY));
  const found = kinds.find(([name]) => names.includes(name));
  if (found !== undefined) {
    const [name, micros] = found;
    const value = ([text = '']: readonly string[]): number =>
      /^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? Math.round(micros(Number(text))) : Number.NaN;
    return [{ name: 'time', from: [names.indexOf(name)], value }];
  }
  if (Number.isNaN(start) || Number.isNaN(interval)) return [];
  return [{ name: 'time', from: [], value: (_texts, line) => Math.round(start + line * interval * SECOND) }];
}

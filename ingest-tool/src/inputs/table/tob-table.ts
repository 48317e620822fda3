import { EXIT, ToolError } from '../../tool-error';
import { binaryField, type BinaryField } from './binary-fields';
import { headCells } from './head-cells';
import type { CellSyntax } from './row-cells';
import type { TableHeader } from './table-columns';
import { fileFacts } from './table-head';
import type { TableSettings } from './table-settings';
import { UTC_ZONE, zoneNamed, type Zone } from '../../time/time-zone';
import { ENVIRONMENT } from './toa5-table';

const SYNTAX: CellSyntax = { delimiter: 0x2c, isQuoted: true };

/** Of a frame of TOB3: seconds, parts of a second and the first record's number; at its end flags and a stamp. */
const FRAME_HEADER_BYTES = 12;
const FRAME_FOOTER_BYTES = 4;

const MAX_FRAME_BYTES = 1 << 20;

/** How the rows of TOB3 lie in frames of equal size. */
export interface FrameLayout {
  /** Bytes of a frame with its header and footer. */
  size: number;
  /** What stands at the end of a frame that was written. */
  stamp: number;
  /** Microseconds that the part of a second in a frame's header counts. */
  resolution: number;
  /** Microseconds from a row to the next. */
  interval: number;
}

/** A table of Campbell Scientific's binary formats, told from its header. */
export interface TobTable extends TableHeader {
  format: 'Campbell TOB1' | 'Campbell TOB3';
  /** Byte offset of the first row or frame. */
  start: number;
  fields: readonly BinaryField[];
  rowBytes: number;
  /** Undefined for TOB1, whose rows follow each other. */
  frames: FrameLayout | undefined;
  /** Units of the fields, as the header spells them. */
  units: readonly (string | undefined)[];
  zone: Zone;
  notes: readonly string[];
}

/** Whether a file is TOB1 or TOB3. */
export function isTob(head: Uint8Array): boolean {
  return versionOf(head) !== undefined;
}

function versionOf(head: Uint8Array): string | undefined {
  return /^"?TOB([13])"?,/.exec(Buffer.from(head.subarray(0, 8)).toString('latin1'))?.[1];
}

/**
 * Reads the header of a TOB1 or TOB3 file: lines of text about the logger, the columns, their units and types, then binary rows.
 * The columns `time`, and of TOB3 `RECORD`, come behind the fields. Undefined for any other file.
 * @throws ToolError where a type is not known, or the sizes cannot be
 */
export function readTobTable(head: Uint8Array, path: string, settings: TableSettings): TobTable | undefined {
  const version = versionOf(head);
  if (version === undefined) return undefined;
  const count = version === '3' ? 6 : 5;
  const lines: string[][] = [];
  let start = 0;
  while (lines.length < count) {
    const newline = head.indexOf(0x0a, start);
    const cells =
      newline < 0
        ? undefined
        : headCells(Buffer.from(head.subarray(start, newline)).toString('latin1').replace(/\s+$/, ''), SYNTAX);
    if (cells === undefined) throw damaged(path, version, 'its header is cut or damaged');
    lines.push(cells);
    start = newline + 1;
  }
  const [environment = [], table = []] = lines;
  const [names = [], units = [], , types = []] = lines.slice(version === '3' ? 2 : 1);
  const fields = types.map((type) => {
    const field = binaryField(type);
    if (field === undefined) throw damaged(path, version, `nobody knows its type ${type}`);
    return field;
  });
  const rowBytes = fields.reduce((sum, { size }) => sum + size, 0);
  if (fields.length === 0 || fields.length !== names.length)
    throw damaged(path, version, `it has ${names.length} columns and ${fields.length} types`);
  const facts = ENVIRONMENT.map((name, index): [string, string] => [`header.${name}`, environment[index + 1] ?? '']);
  return {
    format: `Campbell TOB${version === '3' ? '3' : '1'}`,
    names: [...names, 'time', ...(version === '3' && !names.includes('RECORD') ? ['RECORD'] : [])],
    units: names.map((_, index) => (units[index] ?? '') || undefined),
    facts: new Map([
      ...fileFacts(path),
      ...facts,
      ...(version === '3' ? [['header.table', table[0] ?? ''] as const] : []),
    ]),
    start,
    fields,
    rowBytes,
    frames: version === '3' ? frameLayout(table, rowBytes, path) : undefined,
    zone: zoneNamed(settings.time.zone ?? 'UTC') ?? UTC_ZONE,
    notes:
      settings.time.zone === undefined
        ? ['its times name no zone and are taken for UTC; table.time.zone in the mapping says another']
        : [],
  };
}

function frameLayout(
  [, interval = '', size = '', , stamp = '', resolution = '']: readonly string[],
  rowBytes: number,
  path: string,
): FrameLayout {
  const bytes = Number(size);
  const data = bytes - FRAME_HEADER_BYTES - FRAME_FOOTER_BYTES;
  const every = microsOf(/^\s*(\d+)\s*([A-Z]+)/i.exec(interval));
  const unit = microsOf(/^Sec(\d*)([A-Z]+)$/i.exec(resolution.trim()));
  if (!Number.isInteger(bytes) || bytes > MAX_FRAME_BYTES || data < rowBytes)
    throw damaged(path, '3', `frames of ${size} bytes have no room for rows of ${rowBytes}`);
  if (every === undefined || unit === undefined)
    throw damaged(path, '3', `its interval ${interval} or resolution ${resolution} is not known`);
  return {
    size: bytes,
    stamp: Number(stamp) & 0xffff,
    resolution: unit,
    interval: every,
  };
}

const UNITS: Record<string, number> = { NSEC: 1e-3, USEC: 1, MSEC: 1e3, SEC: 1e6, MIN: 6e7, HR: 3.6e9, DAY: 8.64e10 };

/** Microseconds of a number and a unit, such as `5 MSEC`. */
function microsOf(match: RegExpExecArray | null): number | undefined {
  const unit = UNITS[(match?.[2] ?? '').toUpperCase()];
  return unit === undefined ? undefined : Number(match?.[1] === '' ? 1 : match?.[1]) * unit;
}

function damaged(path: string, version: string, problem: string): ToolError {
  return new ToolError(
    EXIT.input,
    `${path} is a Campbell Scientific TOB${version} file, but ${problem}`,
    'Collect it from the logger again, or convert it to TOA5 with CardConvert.',
  );
}

import type { ReadingValue } from '../decode/reading';
import { isoTime } from '../time/iso-time';
import { epochUnitOf, microsOf, type EpochUnit } from '../time/epoch';
import { timeFormatReader } from '../time/time-format';
import { zoneNamed } from '../time/time-zone';

/** How times are written in messages. */
export interface MessageTimeRule {
  epoch?: 'auto' | EpochUnit | undefined;
  /** How a text is to be read that is not ISO 8601, such as `DD/MM/YYYY HH:mm`. */
  timeFormat?: string | undefined;
  /** The zone of texts that name none: of the IANA database, or an offset. */
  timeZone?: string | undefined;
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** What is wrong with a rule, in words; undefined where nothing is. */
export function timeRuleProblem({ timeFormat, timeZone }: MessageTimeRule): string | undefined {
  if (timeFormat !== undefined && timeFormatReader(timeFormat) === undefined) {
    return `timeFormat: ${timeFormat} does not say where year, month and day stand: such as DD/MM/YYYY HH:mm:ss`;
  }
  if (timeZone !== undefined && zoneNamed(timeZone) === undefined) {
    return `timeZone: there is no zone ${timeZone}: write one such as Europe/Berlin or +01:00`;
  }
  return undefined;
}

/** Makes a reader of times: UTC microseconds, NaN for what is no time by the rule. */
export function timeReader({ epoch, timeFormat, timeZone }: MessageTimeRule): (value: ReadingValue) => number {
  const zone = timeZone === undefined ? undefined : zoneNamed(timeZone);
  const format = timeFormat === undefined ? undefined : timeFormatReader(timeFormat);
  const utc = (local: number): number => (zone === undefined ? local : zone(local));
  const fromNumber = (value: number): number => {
    const micros = microsOf(value, epoch === undefined || epoch === 'auto' ? epochUnitOf(value) : epoch);
    return Number.isFinite(micros) ? micros : NaN;
  };
  const fromText = (text: string): number => {
    if (format !== undefined) return utc(format(text));
    if (NUMBER.test(text.trim())) return fromNumber(Number(text));
    const { micros, hasZone } = isoTime(text);
    return hasZone ? micros : utc(micros);
  };
  return (value) => {
    if (typeof value === 'string') return fromText(value);
    if (typeof value === 'bigint') return fromNumber(Number(value));
    return typeof value === 'number' ? fromNumber(value) : NaN;
  };
}

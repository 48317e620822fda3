import { EXIT, ToolError } from '../../tool-error';
import type { TableSettings } from './table-settings';
import { ambiguousDate, parseTimeText, type DateOrder, type TimeRule } from '../../time/time-text';
import { UTC_ZONE, zoneNamed } from '../../time/time-zone';

/** How much longer the way through a table's times must be by one order of its dates than by the other to rule it out. */
const DETOUR = 3;

/** How many times as many days above 12 in the one place than in the other make it the day's. */
const CLEAR = 3;

/**
 * How a table's times are read: as declared, else with the order of day and month that its dates show.
 * @param texts cells of the time column from the table's beginning
 * @param headerZone the zone that the table's own header names
 * @throws ToolError where the dates can be read in two ways and nothing says in which
 */
export function tableTimeRule(
  path: string,
  { time }: Pick<TableSettings, 'time'>,
  texts: readonly string[],
  headerZone?: string,
): { rule: TimeRule; notes: string[] } {
  const zone = zoneNamed(time.zone ?? headerZone ?? 'UTC') ?? UTC_ZONE;
  if (time.order !== undefined) return { rule: { order: time.order, zone }, notes: [] };
  const order = shownOrder(path, texts);
  const isZoned = texts.some((text) => /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$|^\d{9,19}(?:\.\d+)?$/.test(text));
  return {
    rule: { order, zone },
    notes: [
      ...(order === undefined
        ? []
        : [`dates such as ${texts[0] ?? ''} were read with the ${order === 'dmy' ? 'day' : 'month'} first`]),
      ...(texts.length > 0 && !isZoned && time.zone === undefined && headerZone === undefined
        ? ['its times name no zone and are taken for UTC; table.time.zone in the mapping says another']
        : []),
    ],
  };
}

/** Days above 12 tell, else the order by which rows follow each other without leaps from month to month. */
function shownOrder(path: string, texts: readonly string[]): DateOrder | undefined {
  const dates = texts.flatMap((text) => ambiguousDate(text) ?? []);
  // A few among plain ones are damaged, and say nothing of the others.
  if (dates.length * 2 <= texts.length) return undefined;
  const dayFirst = dates.filter(({ first }) => first > 12).length;
  const monthFirst = dates.filter(({ second }) => second > 12).length;
  // By number, since a few dates may be damaged.
  if (dayFirst > CLEAR * monthFirst) return 'dmy';
  if (monthFirst > CLEAR * dayFirst) return 'mdy';
  const [byDay, byMonth] = [wayThrough(texts, 'dmy'), wayThrough(texts, 'mdy')];
  if (byDay * DETOUR < byMonth) return 'dmy';
  if (byMonth * DETOUR < byDay) return 'mdy';
  throw new ToolError(
    EXIT.input,
    `${path}: dates such as ${texts[0] ?? ''} can be read with the day or with the month first, and its beginning does not show which`,
    'Say it in the mapping: table: { time: { order: dmy } }, or mdy, or ymd.',
  );
}

/** The time from each row to the next, all together, in microseconds. */
function wayThrough(texts: readonly string[], order: DateOrder): number {
  const times = texts
    .map((text) => parseTimeText(text, { order, zone: UTC_ZONE }))
    .filter((time) => !Number.isNaN(time));
  return times.reduce((sum, time, index) => sum + Math.abs(time - (times[index - 1] ?? time)), 0);
}

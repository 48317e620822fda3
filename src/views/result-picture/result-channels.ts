import type { QueryResult, ResultColumn } from '../../workers/protocol';
import { compareNames } from '../compare-names';
import { formatUtc } from '../utc-text';
import { lookOf } from '../variable-look';
import { formatInZone } from '../zone-text';

/** How an answer can be drawn. */
export const MARKS = ['line', 'dot', 'bar', 'cell', 'histogram'] as const;
export type Mark = (typeof MARKS)[number];

/** What is drawn of an answer: a mark, and the columns that place and colour it, by their index. */
export interface Channels {
  mark: Mark;
  x: number;
  y: number | undefined;
  color: number | undefined;
}

/** What a column is as a channel. */
export type ChannelKind = 'time' | 'quantity' | 'category';

/** More names than this make neither lines nor colours that can be told apart. */
export const MOST_CATEGORIES = 40;

/** Names of columns that are numbers but name places in a calendar or things. */
const ORDINAL = /^(year|month|day|hour|week|day_of_year|dayofyear|quarter|.*_id)$/i;

export function channelKind(column: ResultColumn): ChannelKind {
  if (column.kind === 'timestamp' || column.kind === 'date') return 'time';
  return column.kind === 'number' || column.kind === 'bigint' ? 'quantity' : 'category';
}

/** What the columns of a mark may be: the channels it needs, with the kinds each of them takes. */
const CHANNELS: Record<Mark, { x: ChannelKind[]; y?: ChannelKind[] }> = {
  line: { x: ['time', 'quantity'], y: ['quantity'] },
  dot: { x: ['time', 'quantity', 'category'], y: ['quantity', 'time', 'category'] },
  bar: { x: ['category', 'time', 'quantity'], y: ['quantity'] },
  cell: { x: ['category', 'time', 'quantity'], y: ['category', 'time', 'quantity'] },
  histogram: { x: ['quantity'] },
};

/** The columns that a channel of a mark may be. */
export function columnsFor({ columns }: QueryResult, mark: Mark, channel: 'x' | 'y'): number[] {
  const kinds = CHANNELS[mark][channel] ?? [];
  return columns.flatMap((column, index) => (kinds.includes(channelKind(column)) ? [index] : []));
}

/**
 * A picture that suits an answer: positions as dots; times against quantities as lines, one for each name; two quantities as dots,
 * over depth where one is that; names with a quantity as bars; two sets of names, or of parts of a date, with a quantity as
 * coloured cells; one quantity as a histogram.
 * @returns undefined where there is nothing to draw
 */
export function chooseChannels(result: QueryResult): Channels | undefined {
  const { columns, rowCount } = result;
  if (rowCount < 2) return undefined;
  const at = (wanted: ChannelKind) =>
    columns.flatMap((column, index) => (channelKind(column) === wanted && hasValues(column) ? [index] : []));
  const isOrdinal = (index: number) => ORDINAL.test(columns[index]?.name ?? '');
  const [time] = at('time');
  const numbers = at('quantity');
  const quantities = numbers.filter((index) => !isOrdinal(index));
  const measured = quantities.filter((index) => !isDownward(columns[index]));
  const down = quantities.find((index) => isDownward(columns[index]));
  const [firstQuantity = numbers[0], secondQuantity = down] = measured.length > 0 ? measured : numbers;
  const ordinals = numbers.filter((index) => isOrdinal(index) && index !== firstQuantity);
  const names = at('category').filter((index) => categoriesOf(columns[index], rowCount).length <= MOST_CATEGORIES);
  const [name, otherName] = names;
  if (firstQuantity === undefined) return undefined;
  const marked = (mark: Mark, x: number, y: number | undefined, color: number | undefined): Channels => ({
    mark,
    x,
    y,
    color,
  });
  const place = (name: RegExp) => quantities.find((index) => name.test(columns[index]?.name ?? ''));
  const [longitude, latitude] = [place(/^(lon|lng|longitude)$/i), place(/^(lat|latitude)$/i)];
  if (longitude !== undefined && latitude !== undefined && time === undefined) {
    const other = quantities.find((index) => index !== longitude && index !== latitude);
    return marked('dot', longitude, latitude, other ?? name);
  }
  if (time !== undefined) return marked('line', time, firstQuantity, name);
  if (name !== undefined && otherName !== undefined) return marked('cell', name, otherName, firstQuantity);
  if (name !== undefined && ordinals[0] !== undefined) return marked('line', ordinals[0], firstQuantity, name);
  if (name !== undefined && rowCount <= MOST_CATEGORIES) return marked('bar', name, firstQuantity, undefined);
  if (ordinals[0] !== undefined && ordinals[1] !== undefined && !isOrdinal(firstQuantity)) {
    return marked('cell', ordinals[0], ordinals[1], firstQuantity);
  }
  if (ordinals[0] !== undefined) return marked('line', ordinals[0], firstQuantity, undefined);
  if (secondQuantity !== undefined) {
    const third = [...measured, down].find((index) => index !== firstQuantity && index !== secondQuantity);
    return marked('dot', firstQuantity, secondQuantity, name ?? third);
  }
  return marked('histogram', firstQuantity, undefined, undefined);
}

/** Channels after the mark was changed: the columns are kept where they suit it, else others are taken that do. */
export function withMark(result: QueryResult, channels: Channels, mark: Mark): Channels | undefined {
  const suits = (channel: 'x' | 'y', wanted: number | undefined, not?: number) => {
    const possible = columnsFor(result, mark, channel);
    return wanted !== undefined && possible.includes(wanted) && wanted !== not
      ? wanted
      : possible.find((index) => index !== not);
  };
  const x = suits('x', channels.x);
  if (x === undefined) return undefined;
  if (mark === 'histogram') return { mark, x, y: undefined, color: undefined };
  const y = suits('y', channels.y, x);
  if (y === undefined) return undefined;
  const isFree = channels.color !== undefined && channels.color !== x && channels.color !== y;
  const quantity = result.columns.findIndex(
    (column, index) => channelKind(column) === 'quantity' && index !== x && index !== y,
  );
  if (mark === 'cell') return { mark, x, y, color: isFree ? channels.color : quantity < 0 ? undefined : quantity };
  return { mark, x, y, color: isFree ? channels.color : undefined };
}

/** The distinct texts of a column in the order of their first row, up to one more than are drawn. */
export function categoriesOf(column: ResultColumn | undefined, rowCount: number): string[] {
  const found = new Set<string>();
  for (let row = 0; column && row < rowCount && found.size <= MOST_CATEGORIES; row++)
    found.add(categoryAt(column, row));
  return [...found];
}

/** The text of a row in a column of names, an instant's in a zone; `∅` for NULL. */
export function categoryAt(column: ResultColumn, row: number, zone = 'UTC'): string {
  if (column.valid?.[row] === 0) return '∅';
  const value = column.values[row];
  if (column.kind === 'boolean') return value === 1 ? 'true' : 'false';
  if (column.kind === 'timestamp') return formatInZone(Number(value), zone);
  if (column.kind === 'date') return formatUtc(Number(value));
  return String(value ?? '');
}

/** The numbers of a column, times as UTC milliseconds; NaN for NULL. */
export function numbersOf(column: ResultColumn, rowCount: number): Float64Array {
  return Float64Array.from({ length: rowCount }, (_, row) =>
    column.valid?.[row] === 0 || column.kind === 'text' ? Number.NaN : Number(column.values[row]),
  );
}

/** Whether a column is drawn positive down, as depth and pressure are. */
export function isDownward(column: ResultColumn | undefined): boolean {
  return column !== undefined && lookOf({ name: column.name, type: 'double', role: 'variable' }).reversed;
}

/** The texts of all rows of a column, each once, in the order of what they stand for. */
export function orderedCategories(column: ResultColumn, rowCount: number, zone: string): string[] {
  const rows = new Map<string, number>();
  for (let row = 0; row < rowCount; row++) rows.set(categoryAt(column, row, zone), row);
  const numbers = channelKind(column) === 'category' ? undefined : numbersOf(column, rowCount);
  return [...rows]
    .toSorted(([left, leftRow], [right, rightRow]) =>
      numbers ? (numbers[leftRow] ?? 0) - (numbers[rightRow] ?? 0) : compareNames(left, right),
    )
    .map(([text]) => text);
}

function hasValues({ valid }: ResultColumn): boolean {
  return !valid || valid.includes(1);
}

import { parsePartitionPath, UNKNOWN_MONTH, type PartitionKey } from '@tidelake/lake-format';
import { columnKey } from './manifest-row';

/**
 * A partition key's value in the folders of a path, in the key's type.
 * @returns null for the null folder, none at all, or one that is no integer where the key is
 */
export function partitionValue(path: string, key: PartitionKey): string | bigint | null {
  const wanted = columnKey(key.name);
  const value = parsePartitionPath(path).partitions.find((partition) => columnKey(partition.key) === wanted)?.value;
  if (value === undefined || value === null) return null;
  if (key.type === 'text') return value;
  return /^-?\d{1,18}$/.test(value) ? BigInt(value) : null;
}

/**
 * The UTC month that a path's folders speak of, as `2025-11`: by keys `year` and `month`, or one of a whole date.
 * @returns {@link UNKNOWN_MONTH} where they do not
 */
export function monthOf(path: string): string {
  let year: string | undefined;
  let month: string | undefined;
  for (const { key, value } of parsePartitionPath(path).partitions) {
    const name = columnKey(key);
    if (value === null) continue;
    if (name === 'year' || name === 'yyyy') year = value;
    else if (name === 'month' || name === 'mm') month = value;
    const date = /^(\d{4})-?(\d{2})(?:-?\d{2})?(?:[T -]?\d{2})?$/.exec(value);
    if (date !== null && /^(?:date|dt|day|month|ym|yearmonth|year_month)$/.test(name)) [, year, month] = date;
  }
  const number = Number(month);
  const isMonth = /^\d{1,2}$/.test(month ?? '') && number >= 1 && number <= 12;
  return /^\d{4}$/.test(year ?? '') && isMonth ? `${year}-${String(number).padStart(2, '0')}` : UNKNOWN_MONTH;
}

import { isDataPath, parsePartition, parsePartitionPath, type PartitionKey } from '@tidelake/lake-format';
import { LakeError } from './lake-error';
import { sameName } from './lake-schema';

/** Keys whose values are numbers of the calendar, so that a leading zero is padding and no part of a name. */
const CALENDAR_KEYS = ['year', 'month', 'day', 'hour', 'minute', 'week', 'quarter', 'doy', 'yyyy', 'mm', 'dd', 'hh'];

/** Whether folders of this key are numbered by the calendar. */
export function isCalendarKey(name: string): boolean {
  return CALENDAR_KEYS.includes(name.toLowerCase());
}

/**
 * The folder levels of a lake without lake.json. A key is an integer where all its values are, save that `00042` under a
 * key that is none of the calendar stays text; `width` is given where the values seen are padded to it.
 * @param sampleKeys object keys below the lake's root, in any order; what is not a data file is passed over
 * @throws LakeError `not-a-lake` where there is no data file; `schema-clash`, naming two files, where folders differ in
 *   number, name or order; `unsupported` where plain folders lie between or above the `key=value` ones
 */
export function detectScheme(sampleKeys: string[]): PartitionKey[] {
  const keys = sampleKeys.filter(isDataPath);
  const [first] = keys;
  if (first === undefined) {
    throw new LakeError({
      code: 'not-a-lake',
      message: 'No Parquet file was found here.',
      advice: 'Point at the folder that holds the station=… or year=… folders, or at a folder of Parquet files.',
    });
  }
  const names = keyNames(first);
  const values = names.map(() => new Set<string | null>());
  for (const key of keys) {
    const others = keyNames(key);
    if (others.length !== names.length || others.some((name, level) => name !== names[level])) throw clash(first, key);
    parsePartitionPath(key).partitions.forEach((partition, level) => values[level]?.add(partition.value));
  }
  return names.map((name, level) => keyOf(name, [...(values[level] ?? [])]));
}

/**
 * Whether all data files lie in a folder for each key, none of them null, with integers in the key's width. Where
 * `keys` is everything in the lake, folders can then be found by name.
 */
export function foldersAreUniform(keys: string[], scheme: PartitionKey[]): boolean {
  return keys.filter(isDataPath).every((path) => {
    const { partitions } = parsePartitionPath(path);
    return (
      path.split('/').length === scheme.length + 1 &&
      scheme.every((key, level) => {
        const partition = partitions[level];
        if (partition?.key !== key.name || partition.value === null) return false;
        return key.type === 'text' || String(Number(partition.value)).padStart(key.width ?? 1, '0') === partition.value;
      })
    );
  });
}

function keyNames(path: string): string[] {
  const folders = path.split('/').slice(0, -1);
  const parsed = folders.map(parsePartition);
  const names = parsed.flatMap((partition) => (partition === undefined ? [] : [partition.key]));
  const firstPlain = parsed.indexOf(undefined);
  if (names.length > 0 && firstPlain >= 0 && parsed.slice(firstPlain).some((partition) => partition !== undefined)) {
    const above = folders.slice(0, firstPlain + 1).join('/');
    throw new LakeError({
      code: 'unsupported',
      message: `${path} has a folder "${folders[firstPlain] ?? ''}" above its key=value folders.`,
      advice: `Open the folder ${above}/ as a lake of its own.`,
    });
  }
  const twice = names.find((name, level) => names.findIndex((other) => sameName(other, name)) < level);
  if (twice !== undefined) {
    throw new LakeError({
      code: 'schema-clash',
      message: `${path} has two folders for the key "${twice}".`,
      advice: 'Rename one of the two keys: a column has one value in a row.',
    });
  }
  return names;
}

function keyOf(name: string, values: (string | null)[]): PartitionKey {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  const isPadded = known.some((value) => /^0\d/.test(value));
  const isInteger =
    known.length > 0 && known.every((value) => /^-?\d{1,15}$/.test(value)) && (isCalendarKey(name) || !isPadded);
  if (!isInteger) return { name, type: 'text' };
  const [width] = known.map((value) => value.length);
  const isFixed = known.every((value) => value.length === width);
  // 2025 looks the same padded or not, and for the next 7974 years it makes no difference.
  const isYear = width === 4 && /^y(ear|yyy)$/i.test(name);
  return isFixed && width !== undefined && (isPadded || isYear)
    ? { name, type: 'integer', width }
    : { name, type: 'integer' };
}

function clash(first: string, second: string): LakeError {
  return new LakeError({
    code: 'schema-clash',
    message: `The folders of ${first} and ${second} do not have the same keys in the same order.`,
    advice: 'Open the folder above the part of the lake that is laid out alike.',
  });
}

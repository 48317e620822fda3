import type { ColumnDescription, RollupGrain } from '@tidelake/lake-format';
import { sameName, tableColumns, type LakeSchema } from '../lake-schema';

/** What the columns of a lake are to its rollups. */
export interface RollupColumns {
  station: string;
  time: string;
  device?: string;
  /** Numbers that are added up, each with its column of flags where the lake has one. */
  variables: readonly { name: string; flag?: string }[];
  /** Folder keys that follow from the time, with what they are of it. */
  calendar: readonly { name: string; part: 'year' | 'month' | 'day' }[];
}

/**
 * Finds the columns of a lake that its rollups speak of; undefined where its stations are not known by text, or its time
 * is no time.
 * @param described with the roles by which rollups were made
 */
export function rollupColumnsOf(
  schema: LakeSchema,
  described: readonly ColumnDescription[],
): RollupColumns | undefined {
  const { partitionKeys, timeColumn, exact } = schema;
  const key = partitionKeys.find(({ name }) => name === 'station') ?? partitionKeys.find(({ type }) => type === 'text');
  const inFiles = described.filter(({ name }) => !partitionKeys.some((other) => sameName(other.name, name)));
  const time = inFiles.find(({ name, role, type }) => name === timeColumn && role === 'time' && type === 'timestamp');
  if (key?.type !== 'text' || time === undefined) return undefined;
  const types = tableColumns(schema);
  const isOf = (name: string, pattern: RegExp) =>
    types.some((column) => sameName(column.name, name) && pattern.test(column.duckdbType));
  const devices = inFiles.filter(({ role }) => role === 'device');
  const [device] = devices;
  // Whole numbers are left out: their sums may be greater than a double is exact for.
  const variables = inFiles.filter(({ name, role }) => role === 'variable' && isOf(name, /^(?:DOUBLE|FLOAT)$/));
  const named = (part: 'year' | 'month' | 'day') => {
    const own = partitionKeys.find(({ name, type }) => type === 'integer' && name === part);
    return own ? [{ name: own.name, part }] : [];
  };
  // A day without its month may be that of the year.
  const parts = [...named('year'), ...named('month')];
  return {
    station: key.name,
    time: time.name,
    ...(device && devices.length === 1 && isOf(device.name, /^VARCHAR$/) && { device: device.name }),
    variables: variables.map(({ name }) => {
      // Rollups go by the name, whatever the column's role.
      const flag = inFiles.find((column) => column.name === `${name}_qc`);
      return { name, ...(flag && isOf(flag.name, /^(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/) && { flag: flag.name }) };
    }),
    calendar: exact ? [...parts, ...(parts.length === 2 ? named('day') : [])] : [],
  };
}

/** Length of a bucket in microseconds. */
export function bucketWidth(grain: RollupGrain): number {
  return grain === 'hour' ? 3_600_000_000 : 86_400_000_000;
}

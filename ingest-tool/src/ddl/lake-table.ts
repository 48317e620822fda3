import {
  encodePartitionText,
  type ColumnDescription,
  type ColumnType,
  type LakeDescription,
  type PartitionKey,
} from '@tidelake/lake-format';
import { EXIT, ToolError } from '../tool-error';

/** A lake as a query engine is to see it. */
export interface LakeTable {
  /** The table's name and, where they were given, what it lies in: `[catalog, schema, table]`. */
  name: string[];
  /** Where the engine finds the lake: a URL such as `s3://bucket/lake` or an absolute path; no final slash. */
  location: string;
  title: string | undefined;
  columns: ColumnDescription[];
  /** Folder levels from the root down. */
  keys: PartitionKey[];
  /** In their order in lake.json. */
  stations: string[];
  /** First and last UTC year with observations; undefined where lake.json does not say. */
  years: { first: number; last: number } | undefined;
}

/**
 * Brings together what a statement is made from.
 * @param name dotted, such as `catalog.schema.table`
 * @throws ToolError where a part of the name is empty
 */
export function lakeTable(lake: LakeDescription, location: string, name: string): LakeTable {
  const parts = name.split('.');
  if (parts.some((part) => part.trim() === '')) {
    throw new ToolError(
      EXIT.usage,
      `--table ${name} has an empty part`,
      'Write table, schema.table or catalog.schema.table.',
    );
  }
  const instants = lake.stations.flatMap(({ firstTime, lastTime }) =>
    [firstTime, lastTime].filter((each) => each !== undefined),
  );
  const years = instants.map((instant) => new Date(instant).getUTCFullYear());
  return {
    name: parts,
    location: location.replace(/(?<=.)\/+$/, ''),
    title: lake.title,
    columns: lake.columns,
    keys: lake.partitioning,
    stations: lake.stations.map(({ id }) => id),
    years: years.length === 0 ? undefined : { first: Math.min(...years), last: Math.max(...years) },
  };
}

/** What a person should know about a column, in one line; undefined where lake.json says nothing. */
export function columnComment({
  type,
  unit,
  standardName,
  longName,
  flagMeanings,
  flagValues,
}: ColumnDescription): string | undefined {
  const flags =
    flagMeanings === undefined
      ? undefined
      : flagMeanings
          .split(' ')
          .map((meaning, index) => `${flagValues?.[index] ?? '?'} ${meaning}`)
          .join(', ');
  const facts = [
    longName,
    unit === undefined ? undefined : `unit ${unit}`,
    standardName === undefined ? undefined : `CF ${standardName}`,
    flags,
    type === 'timestamp' ? 'UTC' : undefined,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? undefined : facts.join('; ');
}

/** The type of a partition key among the column types. */
export function keyType({ type }: PartitionKey): ColumnType {
  return type === 'text' ? 'text' : 'integer';
}

/** The folders of the lake with `*` for each value: `station=*\/year=*\/month=*\/day=*`. What starts with `_` is not among them. */
export function folderPattern({ keys }: LakeTable): string {
  return keys.map(({ name }) => `${encodePartitionText(name)}=*`).join('/');
}

/** Stations whose folder is not called exactly like them, because their id holds characters that are percent-encoded. */
export function encodedStations({ stations }: LakeTable): string[] {
  return stations.filter((id) => encodePartitionText(id) !== id);
}

/** Of these, the ones with characters beyond ASCII, which Hive's readers decode byte by byte. */
export function foreignStations({ stations }: LakeTable): string[] {
  return stations.filter((id) => /[^\u0000-\u007f]/.test(id));
}

/**
 * Refuses a place that an engine cannot read.
 * @throws ToolError
 */
export function needScheme({ location }: LakeTable, engine: string, schemes: readonly string[]): void {
  if (schemes.some((scheme) => location.startsWith(`${scheme}://`))) return;
  const [scheme] = schemes;
  throw new ToolError(
    EXIT.usage,
    `${engine} cannot read ${location}`,
    `Say where the lake is in a bucket: --location ${scheme}://bucket/lake`,
  );
}

import { LAKE_FORMAT_VERSION, type ColumnType, type LakeDescription } from '@tidelake/lake-format';
import { z } from 'zod';
import { compareKeys } from '../serve/key-order';
import { widerType } from './lake-columns';
import { columnKey } from './manifest-row';

/** What is looked at beyond the footers. */
export interface ManifestSettings {
  /** H3 resolution of the cells; null where positions are not looked at. */
  h3: number | null;
  /** Whether files are read whole for their SHA-256. */
  checksums: boolean;
}

export const DEFAULT_SETTINGS: ManifestSettings = { h3: 3, checksums: false };

/** What decides which columns a manifest part has, and what is in them. */
export interface ManifestSchema {
  settings: ManifestSettings;
  keys: LakeDescription['partitioning'];
  /** Columns with statistics, in the order of their names, which does not depend on who found them first. */
  columns: { name: string; type: ColumnType }[];
  /** The column whose span parts state; undefined where the lake has none. */
  time: string | undefined;
  /** Where positions are; undefined where the lake has none. */
  position: { latitude: string; longitude: string } | undefined;
}

const partDescription = z.object({
  version: z.int().min(1).max(LAKE_FORMAT_VERSION),
  tool: z.string(),
  h3: z.int().nullable(),
  checksums: z.boolean(),
  keys: z.array(z.object({ name: z.string(), type: z.enum(['text', 'integer']) })),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['timestamp', 'text', 'double', 'float', 'integer', 'bigint', 'boolean']),
    }),
  ),
});

/** What a part says of itself in its key-value metadata. */
export type PartDescription = z.infer<typeof partDescription>;

/** The schema of the manifest of a lake. A column that is also a partition key has its folder's value, and no statistics. */
export function manifestSchema(
  { partitioning, columns }: Pick<LakeDescription, 'partitioning' | 'columns'>,
  settings: ManifestSettings,
): ManifestSchema {
  const keys = new Set(partitioning.map(({ name }) => columnKey(name)));
  const named = (role: string): string | undefined => columns.find((column) => column.role === role)?.name;
  const latitude = named('latitude');
  const longitude = named('longitude');
  return {
    settings,
    keys: partitioning,
    columns: columns
      .filter(({ name }) => !keys.has(columnKey(name)))
      .map(({ name, type }) => ({ name, type }))
      .sort((first, second) => compareKeys(first.name, second.name)),
    time: named('time'),
    position: latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
  };
}

/** The text that a part of this schema has in its metadata. */
export function formatPartDescription({ settings, keys, columns }: ManifestSchema): string {
  const description: PartDescription = {
    version: LAKE_FORMAT_VERSION,
    tool: 'tidelake',
    h3: settings.h3,
    checksums: settings.checksums,
    keys: keys.map(({ name, type }) => ({ name, type })),
    columns,
  };
  return JSON.stringify(description);
}

/** Reads what a part says of itself; undefined where it is no part that was written here. */
export function parsePartDescription(text: string | undefined): PartDescription | undefined {
  if (text === undefined) return undefined;
  try {
    return partDescription.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The settings that a part was made with. */
export function settingsOf({ h3, checksums }: PartDescription): ManifestSettings {
  return { h3, checksums };
}

/** How a part that was written before fits a schema. */
export type PartFit =
  /** As if it had been written with it. */
  | 'same'
  /** Its rows say all that is needed to write it anew: columns were added, or became wider. */
  | 'convertible'
  /** Its files must be read again. */
  | 'other';

/** How a part fits a schema, by what it says of itself. */
export function fitOf(part: PartDescription | undefined, schema: ManifestSchema): PartFit {
  if (part === undefined) return 'other';
  if (JSON.stringify(part) === formatPartDescription(schema)) return 'same';
  const { h3, checksums } = schema.settings;
  if (part.h3 !== h3 || part.checksums !== checksums) return 'other';
  const isKept = part.columns.every(({ name, type }) => {
    const now = schema.columns.find((column) => columnKey(column.name) === columnKey(name));
    return now !== undefined && widerType(type, now.type) === now.type;
  });
  return isKept ? 'convertible' : 'other';
}

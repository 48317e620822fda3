import { z } from './schema';

/** The version of lake.json written here. Readers take any version up to theirs. */
export const LAKE_FORMAT_VERSION = 1;

/** Physical types of the contract. `timestamp` is UTC microseconds, written as Parquet TIMESTAMP(MICROS, UTC). */
const columnType = z.enum(['timestamp', 'text', 'double', 'float', 'integer', 'bigint', 'boolean']);

/** What a column is for. `variable` is a measured quantity; `about` is anything else that describes the observation. */
const columnRole = z.enum(['time', 'device', 'latitude', 'longitude', 'depth', 'variable', 'flag', 'about']);

/** How one column is described, in lake.json and in each data file. */
export const columnDescription = z.object({
  name: z.string().min(1),
  type: columnType,
  role: columnRole,
  /** UDUNITS string, such as `degC`, `m s-1`, `1`. */
  unit: z.string().optional(),
  /** CF standard name, such as `sea_water_temperature`. */
  standardName: z.string().optional(),
  longName: z.string().optional(),
  /** Of a flag column: its values, and as CF writes it, what each is called, in the same order with blanks between. */
  flagValues: z.array(z.int()).optional(),
  flagMeanings: z.string().optional(),
});

const partitionKey = z.object({
  name: z.string().min(1),
  type: z.enum(['text', 'integer']),
  /** Zero-padded width of an integer's folder, such as 2 for `month=05`. */
  width: z.int().positive().optional(),
});

const deviceDescription = z.object({
  id: z.string(),
  /** Nominal depth in metres, positive down. */
  depth: z.number().optional(),
  model: z.string().optional(),
  serialNumber: z.string().optional(),
  firmware: z.string().optional(),
});

const stationDescription = z.object({
  id: z.string(),
  name: z.string().optional(),
  /** WGS84 degrees. */
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  /** First and last observation, ISO 8601 UTC. */
  firstTime: z.iso.datetime().optional(),
  lastTime: z.iso.datetime().optional(),
  devices: z.array(deviceDescription),
});

const lakeDescription = z.object({
  format: z.literal('tidelake'),
  version: z.int().min(1).max(LAKE_FORMAT_VERSION),
  title: z.string().optional(),
  license: z.string().optional(),
  attribution: z.string().optional(),
  /** Folder levels from the root down. */
  partitioning: z.array(partitionKey),
  /**
   * Whether each row lies in the folder of its own UTC day, written in its key's width. It does unless this says
   * `approximate`, as of lakes that other collectors write.
   */
  partitionTime: z.enum(['exact', 'approximate']).optional(),
  /**
   * Where the data files are, for a description of a lake that is kept elsewhere: an https or s3 address of a folder.
   * Paths of data files are relative to it, everything below `_tidelake/` to this description's own root.
   */
  dataRoot: z
    .string()
    .regex(/^(?:https?|s3):\/\/\S+\/$/)
    .optional(),
  /** That the lake has a manifest, which then is the whole truth about which files it consists of. */
  manifest: z.literal(true).optional(),
  /** Columns inside the files, in file order; partition keys are not among them. */
  columns: z.array(columnDescription),
  stations: z.array(stationDescription),
  /** Data files below the root when this was written. */
  totals: z.object({ files: z.int().nonnegative(), bytes: z.int().nonnegative() }),
});

export type ColumnType = z.infer<typeof columnType>;
export type ColumnRole = z.infer<typeof columnRole>;
export type ColumnDescription = z.infer<typeof columnDescription>;
export type PartitionKey = z.infer<typeof partitionKey>;
export type DeviceDescription = z.infer<typeof deviceDescription>;
export type StationDescription = z.infer<typeof stationDescription>;
/** What `_tidelake/lake.json` says of a lake: how it is partitioned, its columns, its stations, its size. */
export type LakeDescription = z.infer<typeof lakeDescription>;

/** The layout written by default: `station=/year=/month=/day=/`, in UTC. */
export const DEFAULT_PARTITIONING: PartitionKey[] = [
  { name: 'station', type: 'text' },
  { name: 'year', type: 'integer', width: 4 },
  { name: 'month', type: 'integer', width: 2 },
  { name: 'day', type: 'integer', width: 2 },
];

/**
 * Reads the text of a lake.json.
 * @throws Error naming the field that is wrong, when the text is not JSON or not a lake description of a known version
 */
export function parseLakeDescription(text: string): LakeDescription {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error('lake.json is not JSON', { cause: error });
  }
  const parsed = lakeDescription.safeParse(value);
  if (!parsed.success) throw new Error(`lake.json: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The text of a lake.json: the same description gives the same bytes. */
export function formatLakeDescription(description: LakeDescription): string {
  return `${JSON.stringify(lakeDescription.parse(description), null, 2)}\n`;
}

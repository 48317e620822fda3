import { z } from './schema';
import { ABOUT_FOLDER } from './layout';

/** The version of the manifest written here. Readers take any version up to theirs. */
export const MANIFEST_VERSION = 1;

/** The folder of a lake's manifest, relative to its root: the index and the parts it names. */
export const MANIFEST_FOLDER = `${ABOUT_FOLDER}/manifest`;

/**
 * The one file of a manifest that is ever replaced. Whoever reads a lake through it sees the files, and only the files,
 * that it names through its parts: replacing it is what makes a change of the lake visible.
 */
export const MANIFEST_INDEX_PATH = `${MANIFEST_FOLDER}/index.json`;

/** The month of files whose folders do not speak of time; what is known of their times is in their rows. */
export const UNKNOWN_MONTH = 'unknown';

/** UTC microseconds since 1970-01-01, exact up to the year 2255. */
const microseconds = z.int();

/** First and last, both included. */
const timeSpan = z.tuple([microseconds, microseconds]);

/** A path below the lake's root, of an object whose name changes with its content. */
const contentPath = z.string().regex(/^_tidelake\/(?:manifest|rollup)\/(?!.*\.\.)[^\\?#]+\.parquet$/);

/** Smallest and largest value of a partition key: text in the order of its UTF-8 bytes, or integers. */
const keyRange = z.union([z.tuple([z.string(), z.string()]), z.tuple([z.int(), z.int()])]);

const manifestPart = z.object({
  path: contentPath,
  bytes: z.int().nonnegative(),
  /** `2025-11`: the UTC month that the folders of its files speak of; `unknown` where they speak of none. */
  month: z.string().regex(/^(?:\d{4}-\d{2}|unknown)$/),
  files: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  /** Bytes of the data files that the part is about. */
  dataBytes: z.int().nonnegative(),
  /** Of all rows of its files, by their statistics; null where one of the files has none for the time. */
  time: timeSpan.nullable(),
  /** Range of each partition key over its files. A key is absent where a file has no folder for it or the null one. */
  keys: z.record(z.string(), keyRange),
});

/** Grains of the pre-aggregated tiers. */
const rollupGrain = z.enum(['hour', 'day']);

const rollupPart = z.object({
  path: contentPath,
  bytes: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  grain: rollupGrain,
  /** The UTC month (`2025-11`) or year (`2025`) whose buckets it holds: all of those of its stations. */
  period: z.string().regex(/^\d{4}(?:-\d{2})?$/),
  /** The first and the last station of the part, in the order of their UTF-8 bytes; no station is in two parts of a period. */
  stations: z.tuple([z.string(), z.string()]),
  /** H3 resolution of its cells; absent where buckets are not divided by place. */
  cells: z.int().min(0).max(15).optional(),
  /** Of the data files it was made from. A writer leaves out parts whose files are not those of the manifest any more. */
  source: z.string(),
});

const manifestIndex = z.object({
  format: z.literal('tidelake-manifest'),
  version: z.int().min(1).max(MANIFEST_VERSION),
  /** In the order of month and of the paths of their files. */
  parts: z.array(manifestPart),
  /** In the order of grain, period and station. */
  rollups: z.array(rollupPart).default([]),
});

export type ManifestPart = z.infer<typeof manifestPart>;
export type RollupPart = z.infer<typeof rollupPart>;
export type RollupGrain = z.infer<typeof rollupGrain>;
/** What `_tidelake/manifest/index.json` says: where the rows about files are, and the rollups that are up to date. */
export type ManifestIndex = z.infer<typeof manifestIndex>;

/**
 * Reads the text of a manifest's index.
 * @throws Error naming the field that is wrong, when the text is not JSON or not an index of a known version
 */
export function parseManifestIndex(text: string): ManifestIndex {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error('the manifest index is not JSON', { cause: error });
  }
  const parsed = manifestIndex.safeParse(value);
  if (!parsed.success) throw new Error(`manifest index: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The text of an index: the same index gives the same bytes. */
export function formatManifestIndex(index: ManifestIndex): string {
  return `${JSON.stringify(manifestIndex.parse(index), null, 1)}\n`;
}

/**
 * Columns of a manifest part, which has one row a data file, sorted by the UTF-8 bytes of `path`. Beside them stand
 * `partition.<key>` for each partition key and {@link statisticColumns} for each column that has statistics.
 */
export const MANIFEST_COLUMNS = {
  /** Text: the key below the lake's root, as it is listed. */
  path: 'path',
  /** BIGINT. */
  bytes: 'bytes',
  /** BIGINT. */
  rows: 'rows',
  /** Text: what the store gives as ETag, without quotes; null for a lake on a file system. */
  etag: 'etag',
  /** Text: SHA-256 of the file in lower-case hex; null where nobody has read the whole file. */
  sha256: 'sha256',
  /** List of text: the H3 cells that its positions touch; null where they were not looked at. */
  cells: 'h3_cells',
  /** Blob: the end of the file from its footer on (footer, length, `PAR1`); null for files that are best read whole. */
  footer: 'footer',
} as const;

/** Bytes from which on a data file's footer is kept in the manifest: what is smaller is fetched whole as fast. */
export const FOOTER_WORTH_KEEPING = 128 << 10;

/** The column of a manifest part with a partition key's value, as text or BIGINT; null for the null folder or none. */
export function partitionColumn(key: string): string {
  return `partition.${key}`;
}

/**
 * The columns of a manifest part with what is known of one data column in each file: bounds that no value lies outside
 * of (NaN aside), in the type of the lake's column, and the count of nulls. Null where a file has no statistics for it.
 * A column that the file lacks counts each row as null.
 */
export function statisticColumns(column: string): { min: string; max: string; nulls: string } {
  return { min: `min.${column}`, max: `max.${column}`, nulls: `nulls.${column}` };
}

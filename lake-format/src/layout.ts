/** The folder of everything that is about the lake. Engines ignore folders that start with `_`. */
export const ABOUT_FOLDER = '_tidelake';

/** Where a lake describes itself, relative to its root. */
export const DESCRIPTION_PATH = `${ABOUT_FOLDER}/lake.json`;

/** Where rejected messages are kept, relative to the lake's root. */
export const QUARANTINE_FOLDER = `${ABOUT_FOLDER}/quarantine`;

/** Where a writer keeps what is not finished yet, relative to the lake's root. Gone when no writer runs. */
export const TEMPORARY_FOLDER = `${ABOUT_FOLDER}/tmp`;

/** Where `tidelake capture` keeps messages that it has acknowledged and not yet filed, relative to the lake's root. */
export const SPOOL_FOLDER = `${ABOUT_FOLDER}/spool`;

/** Held by the one writer at work, relative to the lake's root. */
export const LOCK_PATH = `${ABOUT_FOLDER}/lock`;

/**
 * The name of a partition's one file. One name a station-day makes replacing it a single rename, so that every reader
 * sees either the old day or the new one.
 */
export const PARTITION_FILE = 'part-0000.parquet';

/**
 * Whether a path below the lake's root is a data file: Parquet, with no hidden (`_` or `.`) folder or name on its way,
 * the rule of Hive, Spark and Trino.
 */
export function isDataPath(path: string): boolean {
  return path.toLowerCase().endsWith('.parquet') && path.split('/').every((segment) => !/^[_.]/.test(segment));
}

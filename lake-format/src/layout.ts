/** The folder of everything that is about the lake. Engines ignore folders that start with `_`. */
export const ABOUT_FOLDER = '_tidelake';

/** Where a lake describes itself, relative to its root. */
export const DESCRIPTION_PATH = `${ABOUT_FOLDER}/lake.json`;

/** Where rejected messages are kept, relative to the lake's root. */
export const QUARANTINE_FOLDER = `${ABOUT_FOLDER}/quarantine`;

/**
 * Where rows are kept that were not, because another row of the same observation was preferred: a file a station-day, in the
 * same folders as the data, relative to the lake's root.
 */
export const CONFLICTS_FOLDER = `${QUARANTINE_FOLDER}/conflicts`;

/** Where a writer keeps what is not finished yet, relative to the lake's root. Gone when no writer runs. */
export const TEMPORARY_FOLDER = `${ABOUT_FOLDER}/tmp`;

/** Where `tidelake capture` keeps messages that it has acknowledged and not yet filed, relative to the lake's root. */
export const SPOOL_FOLDER = `${ABOUT_FOLDER}/spool`;

/** Held by the one writer at work, relative to the lake's root. */
export const LOCK_PATH = `${ABOUT_FOLDER}/lock`;

/** Where folders are prepared and what they replaced is kept until it is no longer needed, relative to the lake's root. */
export const SWAP_FOLDER = `${ABOUT_FOLDER}/swap`;

/** Where new files stand for readers of the manifest while the folders they belong in are exchanged. */
export const AHEAD_FOLDER = `${SWAP_FOLDER}/ahead`;

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

/** Whether a path is one that a manifest may name: that of a data file, in its place or, for a moment, ahead of it. */
export function isManifestPath(path: string): boolean {
  const ahead = `${AHEAD_FOLDER}/`;
  return isDataPath(path.startsWith(ahead) ? path.slice(ahead.length) : path);
}

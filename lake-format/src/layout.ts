/** The folder of everything that is about the lake. Engines ignore folders that start with `_`. */
export const ABOUT_FOLDER = '_tidelake';

/** Where a lake describes itself, relative to its root. */
export const DESCRIPTION_PATH = `${ABOUT_FOLDER}/lake.json`;

/** Where rejected messages are kept, relative to the lake's root. */
export const QUARANTINE_FOLDER = `${ABOUT_FOLDER}/quarantine`;

/**
 * Whether a path below the lake's root is a data file: Parquet, with no hidden (`_` or `.`) folder or name on its way,
 * the rule of Hive, Spark and Trino.
 */
export function isDataPath(path: string): boolean {
  return path.toLowerCase().endsWith('.parquet') && path.split('/').every((segment) => !/^[_.]/.test(segment));
}

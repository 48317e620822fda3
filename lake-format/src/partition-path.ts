/** What Hive, Spark and Trino write for a null partition value. */
export const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';

/** One `key=value` folder of a Hive path, decoded. A null value stands for {@link HIVE_NULL} or an empty value. */
export interface PartitionValue {
  key: string;
  value: string | null;
}

/** A path split into its partition folders and the file name behind them. */
export interface PartitionPath {
  partitions: PartitionValue[];
  fileName: string;
}

// Everything else is escaped: what Hive escapes, and `+`, which some S3 servers read as a blank.
const SAFE = /^[A-Za-z0-9_.\-~:@,]$/;

/** Percent-encodes a partition key or value as UTF-8, so that any text makes one safe folder name. */
export function encodePartitionText(text: string): string {
  const utf8 = new TextEncoder();
  return Array.from(text, (character) =>
    SAFE.test(character) ? character : percentEncode(utf8.encode(character)),
  ).join('');
}

function percentEncode(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** Decodes a folder's text; text that is not valid percent-encoding is returned as it stands. */
export function decodePartitionText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The folder `key=value`, without a slash. */
export function formatPartition({ key, value }: PartitionValue): string {
  return `${encodePartitionText(key)}=${value === null || value === '' ? HIVE_NULL : encodePartitionText(value)}`;
}

/** Reads one folder name; undefined where it is not of the form `key=value`. */
export function parsePartition(folder: string): PartitionValue | undefined {
  const equals = folder.indexOf('=');
  if (equals <= 0) return undefined;
  const value = folder.slice(equals + 1);
  return {
    key: decodePartitionText(folder.slice(0, equals)),
    value: value === '' || value === HIVE_NULL ? null : decodePartitionText(value),
  };
}

/** Splits a `/`-separated path relative to the lake's root. Folders that are not `key=value` are passed over. */
export function parsePartitionPath(path: string): PartitionPath {
  const segments = path.split('/');
  const fileName = segments.pop() ?? '';
  return { partitions: segments.flatMap((segment) => parsePartition(segment) ?? []), fileName };
}

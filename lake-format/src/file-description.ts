import { z } from './schema';
import { columnDescription, LAKE_FORMAT_VERSION, type ColumnDescription } from './lake-description';

/** The key under which a data file describes itself in its Parquet key-value metadata. */
export const FILE_METADATA_KEY = 'tidelake';

const fileDescription = z.object({
  version: z.int().min(1).max(LAKE_FORMAT_VERSION),
  /** What wrote the file. */
  tool: z.string(),
  /** The partition value, so that a file stays readable away from its folder. */
  station: z.string(),
  columns: z.array(columnDescription),
});

/** What a data file says of itself: format version, station, and its columns with units and standard names. */
export type FileDescription = z.infer<typeof fileDescription>;

/** The text of a file's own description: the same description gives the same bytes. */
export function formatFileDescription(description: FileDescription): string {
  return JSON.stringify(fileDescription.parse(description));
}

/** The columns a file describes; empty where the text is no description of a known version. */
export function parseFileColumns(text: string): ColumnDescription[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const parsed = fileDescription.safeParse(value);
  return parsed.success ? parsed.data.columns : [];
}

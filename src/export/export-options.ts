import type { ResultColumn } from '../workers/protocol';

export const EXPORT_FORMATS = ['csv', 'parquet', 'arrow', 'json', 'geojson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is known of a column beside its values. */
export interface ColumnMeaning {
  unit?: string | undefined;
  standardName?: string | undefined;
  longName?: string | undefined;
}

/** Where rows are: columns of degrees, or the place of the station that a column names. */
export type Places =
  | { latitude: string; longitude: string }
  /** `[longitude, latitude]` in degrees, by station. */
  | { station: string; positions: Readonly<Record<string, readonly [number, number]>> };

/** How an answer becomes a file. Crosses to a worker by structured clone. */
export interface ExportOptions {
  format: ExportFormat;
  /** By the names of columns. */
  meanings: Readonly<Record<string, ColumnMeaning>>;
  /** Attributes of ACDD 1.3 and CF: title, license, source, window … */
  about: readonly (readonly [name: string, value: string])[];
  /** CSV: a second line with the units. */
  unitRow: boolean;
  /** CSV: the attributes as lines of comment before everything. */
  header: boolean;
  /** GeoJSON needs it. */
  places: Places | undefined;
}

/** Some rows of an answer: all columns, as long as one another. */
export type ExportBatch = readonly ResultColumn[];

/** What a file of each format is called at its end, and what servers call it. */
export const FILE_TYPES: Readonly<Record<ExportFormat, { extension: string; mediaType: string }>> = {
  csv: { extension: 'csv', mediaType: 'text/csv' },
  parquet: { extension: 'parquet', mediaType: 'application/vnd.apache.parquet' },
  arrow: { extension: 'arrow', mediaType: 'application/vnd.apache.arrow.file' },
  json: { extension: 'json', mediaType: 'application/json' },
  geojson: { extension: 'geojson', mediaType: 'application/geo+json' },
};

/** A stretch of a file in bytes, the end excluded. */
export interface ByteSpan {
  start: number;
  end: number;
}

/** The parts of a Parquet file's footer that planning needs, as plain data. */
export interface ParquetFooter {
  /** Columns that hold values, in the order of the file. */
  columns: ParquetColumn[];
  rowGroups: RowGroup[];
}

/** A leaf of a file's schema. */
export interface ParquetColumn {
  /** Names from the root down; the first is that of the table's column. */
  path: string[];
  /** What its statistics are of; undefined where they have no order, or none that a planner could compare by. */
  kind?: ValueKind;
}

/** What values mean, as far as their order goes. */
export type ValueKind =
  | { type: 'boolean' | 'float' | 'text' | 'date' }
  | { type: 'integer'; signed: boolean }
  /** Stored as counts of a second's part. */
  | { type: 'timestamp'; perSecond: 1e3 | 1e6 | 1e9 }
  /** Decimal places. */
  | { type: 'decimal'; scale: number };

export interface RowGroup {
  rows: number;
  /** One for each of the footer's columns, in its order. */
  chunks: ColumnChunk[];
}

/** The values of one column in one row group. */
export interface ColumnChunk {
  /** Where its pages lie in the file, the dictionary included; the end is excluded. */
  start: number;
  end: number;
  /** Values, nulls included. */
  values: number;
  statistics?: ChunkStatistics;
  /** Where it is written which rows are in which page. */
  offsetIndex?: ByteSpan;
  /** Where the statistics of each page are. */
  columnIndex?: ByteSpan;
  /** Where there is a filter that tells which values are not in the chunk. */
  bloomFilter?: ByteSpan;
}

/**
 * As they are in the file: numbers, days, counts of a second's part, decimals already divided by their scale, text as
 * bytes that the writer may have cut short.
 */
export interface ChunkStatistics {
  min?: StatisticValue;
  max?: StatisticValue;
  /** How many values are null. */
  nulls?: number;
  /** From the fields `min` and `max` that were given up because writers compared by bytes with signs. */
  deprecated: boolean;
}

export type StatisticValue = number | bigint | boolean | Uint8Array;

import { parquetMetadata } from 'hyparquet';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { convertMetadata } from 'hyparquet/src/metadata.js';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import type {
  ByteSpan,
  ChunkStatistics,
  ColumnChunk,
  ParquetColumn,
  ParquetFooter,
  StatisticValue,
  ValueKind,
} from '../lake/parquet-footer';
import { damagedFile } from './damaged-file';

/** Statistics are wanted as they are in the file; hyparquet would round times to milliseconds and repair broken text. */
const AS_STORED = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (count: bigint) => count,
  timestampFromMicroseconds: (count: bigint) => count,
  timestampFromNanoseconds: (count: bigint) => count,
  dateFromDays: (days: number) => days,
  stringFromBytes: (bytes: Uint8Array) => bytes,
};

type ChunkMetadata = FileMetaData['row_groups'][number]['columns'][number];
type LeafMetadata = NonNullable<ChunkMetadata['meta_data']>;

/** A footer with the schema's elements of its columns, by which values of them can be read. */
export interface ParsedFooter extends ParquetFooter {
  elements: SchemaElement[];
}

/** A value of statistics, as the planner wants it, from its bytes. */
export function storedStatistic(bytes: Uint8Array | undefined, element: SchemaElement): StatisticValue | undefined {
  return storedValue(convertMetadata(bytes, element, AS_STORED));
}

/**
 * Reads a Parquet footer.
 * @param tail the end of a file, at least its footer
 * @param name for messages
 * @throws LakeError `not-parquet`
 */
export function parseFooter(tail: Uint8Array, name: string): ParsedFooter {
  try {
    return footerOf(parquetMetadata(tail, { parsers: AS_STORED, geoparquet: false }));
  } catch (error) {
    throw damagedFile(name, error);
  }
}

function footerOf(metadata: FileMetaData): ParsedFooter {
  const columns = leavesOf(metadata);
  const rowGroups = metadata.row_groups.map((group) => ({
    rows: Number(group.num_rows),
    chunks: group.columns.map(chunkOf),
  }));
  if (rowGroups.some((group) => group.chunks.length !== columns.length)) {
    throw new RangeError('a row group without all its columns');
  }
  const elements = metadata.schema.slice(1).filter(({ num_children: children = 0 }) => children === 0);
  return { columns, rowGroups, elements };
}

function leavesOf({ schema }: FileMetaData): ParquetColumn[] {
  const leaves: ParquetColumn[] = [];
  let next = 1;

  function visit(above: string[], siblings: number, repeated: boolean): void {
    for (let child = 0; child < siblings; child++) {
      const element = schema[next++];
      if (element === undefined) throw new RangeError('a schema that breaks off');
      const path = [...above, element.name];
      const isRepeated = repeated || element.repetition_type === 'REPEATED';
      if (element.num_children !== undefined && element.num_children > 0) {
        visit(path, element.num_children, isRepeated);
        continue;
      }
      const kind = isRepeated ? undefined : kindOf(element);
      leaves.push({ path, ...(kind && { kind }) });
    }
  }

  visit([], schema[0]?.num_children ?? 0, false);
  return leaves;
}

function chunkOf(chunk: ChunkMetadata): ColumnChunk {
  const { meta_data: leaf } = chunk;
  if (leaf === undefined) throw new RangeError('a column chunk without metadata');
  const start = Number(leaf.dictionary_page_offset ?? leaf.data_page_offset);
  const statistics = statisticsOf(leaf);
  const offsetIndex = spanOf(chunk.offset_index_offset, chunk.offset_index_length);
  const columnIndex = spanOf(chunk.column_index_offset, chunk.column_index_length);
  const bloomFilter = spanOf(leaf.bloom_filter_offset, leaf.bloom_filter_length);
  return {
    start,
    end: start + Number(leaf.total_compressed_size),
    values: Number(leaf.num_values),
    ...(statistics && { statistics }),
    ...(offsetIndex && { offsetIndex }),
    ...(columnIndex && { columnIndex }),
    ...(bloomFilter && { bloomFilter }),
  };
}

function spanOf(offset: bigint | undefined, length: number | undefined): ByteSpan | undefined {
  if (offset === undefined || length === undefined || length <= 0) return undefined;
  return { start: Number(offset), end: Number(offset) + length };
}

function statisticsOf({ statistics }: LeafMetadata): ChunkStatistics | undefined {
  if (statistics === undefined) return undefined;
  const deprecated = statistics.min_value === undefined && statistics.max_value === undefined;
  const min = storedValue(deprecated ? statistics.min : statistics.min_value);
  const max = storedValue(deprecated ? statistics.max : statistics.max_value);
  const nulls = statistics.null_count === undefined ? undefined : Number(statistics.null_count);
  return {
    deprecated,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(nulls !== undefined && { nulls }),
  };
}

function storedValue(value: unknown): StatisticValue | undefined {
  if (value instanceof Uint8Array) return value.slice();
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? value : undefined;
}

/** Undefined for INT96, whose statistics no writer orders alike, for half floats, blobs, times of day and the like. */
function kindOf({
  type,
  converted_type: converted,
  logical_type: logical,
  scale,
}: SchemaElement): ValueKind | undefined {
  // hyparquet divides by the scale only where the older of the two notes is there, which every writer leaves.
  if (converted === 'DECIMAL') return { type: 'decimal', scale: scale ?? 0 };
  switch (type) {
    case 'BOOLEAN':
      return { type: 'boolean' };
    case 'FLOAT':
    case 'DOUBLE':
      return { type: 'float' };
    case 'BYTE_ARRAY':
      return converted === 'UTF8' || logical?.type === 'STRING' ? { type: 'text' } : undefined;
    case 'INT32':
    case 'INT64':
      return integerKind(converted, logical);
    default:
      return undefined;
  }
}

function integerKind(
  converted: SchemaElement['converted_type'],
  logical: SchemaElement['logical_type'],
): ValueKind | undefined {
  if (logical?.type === 'TIMESTAMP') {
    return { type: 'timestamp', perSecond: logical.unit === 'NANOS' ? 1e9 : logical.unit === 'MICROS' ? 1e6 : 1e3 };
  }
  if (converted === 'TIMESTAMP_MILLIS') return { type: 'timestamp', perSecond: 1e3 };
  if (converted === 'TIMESTAMP_MICROS') return { type: 'timestamp', perSecond: 1e6 };
  if (converted === 'DATE' || logical?.type === 'DATE') return { type: 'date' };
  if (logical?.type === 'INTEGER') return { type: 'integer', signed: logical.isSigned };
  if (converted?.startsWith('UINT_')) return { type: 'integer', signed: false };
  if (logical !== undefined || (converted !== undefined && !converted.startsWith('INT_'))) return undefined;
  return { type: 'integer', signed: true };
}

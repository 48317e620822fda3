import { parquetMetadata } from 'hyparquet';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import type {
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
  timestampFromMilliseconds: (count: bigint) => count,
  timestampFromMicroseconds: (count: bigint) => count,
  timestampFromNanoseconds: (count: bigint) => count,
  dateFromDays: (days: number) => days,
  stringFromBytes: (bytes: Uint8Array) => bytes,
};

type LeafMetadata = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

/**
 * Reads a Parquet footer.
 * @param tail the end of a file, at least its footer
 * @param name for messages
 * @throws LakeError `not-parquet`
 */
export function parseFooter(tail: Uint8Array, name: string): ParquetFooter {
  try {
    return footerOf(parquetMetadata(tail, { parsers: AS_STORED, geoparquet: false }));
  } catch (error) {
    throw damagedFile(name, error);
  }
}

function footerOf(metadata: FileMetaData): ParquetFooter {
  const columns = leavesOf(metadata);
  const rowGroups = metadata.row_groups.map((group) => ({
    rows: Number(group.num_rows),
    chunks: group.columns.map(({ meta_data: leaf }) => {
      if (leaf === undefined) throw new RangeError('a column chunk without metadata');
      return chunkOf(leaf);
    }),
  }));
  if (rowGroups.some((group) => group.chunks.length !== columns.length)) {
    throw new RangeError('a row group without all its columns');
  }
  return { columns, rowGroups };
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

function chunkOf(leaf: LeafMetadata): ColumnChunk {
  const start = Number(leaf.dictionary_page_offset ?? leaf.data_page_offset);
  const statistics = statisticsOf(leaf);
  return {
    start,
    end: start + Number(leaf.total_compressed_size),
    values: Number(leaf.num_values),
    ...(statistics && { statistics }),
  };
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

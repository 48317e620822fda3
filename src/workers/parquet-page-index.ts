import { readColumnIndex, readOffsetIndex, type SchemaElement } from 'hyparquet';
import type { Page, PageStatistics } from '../lake/page-index';
import type { ByteSpan } from '../lake/parquet-footer';
import { damagedFile } from './damaged-file';
import { storedStatistic } from './parquet-footer';

/** Makes hyparquet leave bounds as bytes: those of a page of nulls are empty, which it would fail to convert. */
const RAW: SchemaElement = { name: '', type: 'FIXED_LEN_BYTE_ARRAY' };

/**
 * Reads where the pages of a column chunk are.
 * @param bytes the chunk's offset index
 * @param chunk where the chunk is
 * @param rows of the row group
 * @param name for messages
 * @throws LakeError `not-parquet`
 */
export function parseOffsetIndex(bytes: Uint8Array, chunk: ByteSpan, rows: number, name: string): Page[] {
  const pages = guarded(name, () => readOffsetIndex(readerOf(bytes))).page_locations.map((location) => ({
    start: Number(location.first_row_index),
    bytes: { start: Number(location.offset), end: Number(location.offset) + location.compressed_page_size },
  }));
  const read = pages.map(({ start, bytes: span }, index) => ({
    rows: { start, end: pages[index + 1]?.start ?? rows },
    bytes: span,
  }));
  const isSound = read.every(
    (page, index) =>
      page.rows.start === (read[index - 1]?.rows.end ?? 0) &&
      page.rows.end >= page.rows.start &&
      page.bytes.start >= (read[index - 1]?.bytes.end ?? chunk.start) &&
      page.bytes.end <= chunk.end,
  );
  if (!isSound || (rows > 0 && read.length === 0)) throw damagedFile(name);
  return read;
}

/**
 * Reads the statistics of the pages of a column chunk.
 * @param bytes the chunk's column index
 * @param element the column's place in the schema
 * @param pages of the chunk
 * @param name for messages
 * @returns undefined where it does not go with the pages
 * @throws LakeError `not-parquet`
 */
export function parseColumnIndex(
  bytes: Uint8Array,
  element: SchemaElement,
  pages: readonly Page[],
  name: string,
): PageStatistics[] | undefined {
  return guarded(name, () => {
    const index = readColumnIndex(readerOf(bytes), RAW);
    if (index.null_pages.length !== pages.length) return undefined;
    return pages.map(({ rows }, number) => {
      const values = rows.end - rows.start;
      if (index.null_pages[number] === true) return { values, statistics: { deprecated: false, nulls: values } };
      const min = storedStatistic(index.min_values[number], element);
      const max = storedStatistic(index.max_values[number], element);
      const nulls = index.null_counts?.[number];
      return {
        values,
        statistics: {
          deprecated: false,
          ...(min !== undefined && { min }),
          ...(max !== undefined && { max }),
          ...(nulls !== undefined && { nulls: Number(nulls) }),
        },
      };
    });
  });
}

function readerOf(bytes: Uint8Array) {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function guarded<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw damagedFile(name, error);
  }
}

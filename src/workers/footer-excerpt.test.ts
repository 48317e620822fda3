import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { Compression, EnabledStatistics, Table, writeParquet, WriterPropertiesBuilder } from 'parquet-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { excerptFooter } from './footer-excerpt';
import { footerLength } from './parquet-magic';

const ROWS = 50_000;
let bytes: Uint8Array;
let footer: Uint8Array;
let metadata: FileMetaData;

beforeAll(() => {
  const table = tableFromArrays({
    a: Float64Array.from({ length: ROWS }, (_, index) => index / 3),
    text: Array.from({ length: ROWS }, (_, index) => `note ${index % 7}`),
  });
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(3000)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setKeyValueMetadata(new Map([['about', 'é'.repeat(300)]]))
    .build();
  bytes = writeParquet(Table.fromIPCStream(tableToIPC(table, 'stream')), properties);
  footer = bytes.subarray(-footerLength(bytes));
  metadata = parquetMetadata(bytes);
});

/** Everything but what an excerpt leaves out. */
const withoutIndexes = (group: FileMetaData['row_groups'][number], withOffsets: boolean) => ({
  ...group,
  columns: group.columns.map((column) => ({
    ...column,
    column_index_offset: undefined,
    column_index_length: undefined,
    ...(withOffsets ? {} : { offset_index_offset: undefined, offset_index_length: undefined }),
  })),
});

describe('excerptFooter', () => {
  it('has page indexes to leave out', () => {
    expect(metadata.row_groups).toHaveLength(17);
    expect(metadata.row_groups[0]?.columns[0]?.column_index_length).toBeGreaterThan(0);
  });

  it.each([
    { rowGroups: [], offsets: false },
    { rowGroups: [3], offsets: true },
    { rowGroups: [16, 0, 5], offsets: false },
    { rowGroups: Array.from({ length: 17 }, (_, index) => index), offsets: true },
  ])('says of row groups $rowGroups what the footer says', ({ rowGroups, offsets }) => {
    const excerpt = excerptFooter(footer, rowGroups, offsets);
    const read = parquetMetadata(excerpt);
    const aside = { row_groups: [], key_value_metadata: undefined, metadata_length: 0 };
    expect({ ...read, ...aside }).toEqual({ ...metadata, ...aside });
    expect(read.key_value_metadata).toBeUndefined();
    expect(read.row_groups).toEqual(
      rowGroups.flatMap((index) => {
        const group = metadata.row_groups[index];
        return group ? withoutIndexes(group, offsets) : [];
      }),
    );
  });

  it('keeps all row groups where none are named', () => {
    expect(parquetMetadata(excerptFooter(footer)).row_groups).toHaveLength(17);
  });

  it('refuses what is no footer, and row groups that are not there', () => {
    expect(() => excerptFooter(footer, [17])).toThrow(RangeError);
    expect(() => excerptFooter(footer.subarray(0, 40), [])).toThrow(RangeError);
    for (let seed = 1; seed < 200; seed++) {
      const damaged = footer.slice();
      damaged[(seed * 7919) % footer.length] = (seed * 31) & 255;
      try {
        excerptFooter(damaged, [1, 2]);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});

import { allocateValues, gatherValues, type ColumnValues, type RowColumn } from '../rows/column-values';
import { keepDistinct } from '../rows/deduplicate';
import { keysOf, orderOf } from '../rows/row-order';
import { uniteRows, type SourceRows } from '../rows/united-rows';
import { encodeRows } from '../write/encoded-rows';
import type { FileBytes } from '../write/partition-merger';
import { readRows } from '../write/parquet-rows';

/** Columns of rows, and which of them were not kept. */
interface LostRows {
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
  lost: Uint32Array;
}

/**
 * The file of the rows of a folder that another row of their observation was preferred to: those of now and those of before,
 * each once, without flags. It depends on the rows alone, not on when each of them lost.
 * @param before the file there is
 * @param first names of the columns that come first
 * @throws Error where the file there is cannot be read, or its columns do not go with those of the rows
 */
export async function encodeLostRows(
  { columns, values, lost }: LostRows,
  before: FileBytes | undefined,
  first: readonly string[],
  station: string,
  path: string,
): Promise<{ bytes: Uint8Array; rows: number }> {
  const places = [...columns.keys()].filter((place) => columns[place]?.role !== 'flag');
  const now: SourceRows = {
    path,
    count: lost.length,
    columns: places.flatMap((place) => columns[place] ?? []),
    values: places.map((place) => {
      const chosen = allocateValues(columns[place]?.type ?? 'double', lost.length);
      gatherValues(values[place] ?? allocateValues('double', 0), lost, chosen);
      return chosen;
    }),
  };
  const earlier = before === undefined ? [] : [rowsBefore(before, now.columns)];
  const all = uniteRows([now, ...earlier], first);
  const keys = keysOf(all.columns, all.values, () => true);
  const { kept } = keepDistinct(all.columns, all.values, keys, orderOf(keys, all.count), all.count);
  const written = all.columns.map((column, index) => ({
    column,
    values: all.values[index] ?? allocateValues(column.type, 0),
    order: kept,
  }));
  return { bytes: await encodeRows(written, station), rows: kept.length };
}

function rowsBefore({ path, bytes }: FileBytes, known: readonly RowColumn[]): SourceRows {
  try {
    return { path, ...readRows(bytes, known) };
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

import { join } from 'node:path';
import { collectGarbage } from '../collect-garbage';
import {
  allocateValues,
  copyValues,
  fillNull,
  gatherValues,
  type ColumnValues,
  type RowColumn,
} from '../rows/column-values';
import { completeRows } from '../rows/complete-rows';
import { keepDistinct, type DistinctRows } from '../rows/deduplicate';
import { keysOf, orderOf } from '../rows/row-order';
import { SchemaClash, uniteRows, type UnitedRows } from '../rows/united-rows';
import { EXIT, ToolError } from '../tool-error';
import { encodeRows, type EncodedColumn } from './encoded-rows';
import { readRows, rowCount, type FileRows } from './parquet-rows';

/** The rows that a partition will have: what it has and what is added. */
export interface MergedPartition extends DistinctRows {
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
}

/** Rows that are not sorted yet, by column. */
interface AllRows {
  count: number;
  columns: readonly RowColumn[];
  values: ColumnValues[];
}

/** Of so many rows it is worth giving back at once what uniting them left. */
const LARGE_DAY_ROWS = 500_000;

/** A data file as it is: its path relative to the lake's root. */
export interface FileBytes {
  path: string;
  bytes: Uint8Array;
}

/** Makes of new rows and the files of a partition the one file that it is to have: sorted, each observation once. */
export class PartitionMerger {
  readonly #root: string;
  readonly #columns: readonly RowColumn[];
  readonly #flagColumns: readonly RowColumn[];
  readonly #completes: boolean;

  /**
   * @param root of the lake, for people
   * @param columns of the rows that are added
   * @param flagColumns worked out anew from the merged rows, whatever a file has
   * @param completes whether the rows of an observation complete each other: messages carry single values
   */
  constructor(root: string, columns: readonly RowColumn[], flagColumns: readonly RowColumn[], completes: boolean) {
    this.#root = root;
    this.#columns = columns;
    this.#flagColumns = flagColumns;
    this.#completes = completes;
  }

  /**
   * Brings new rows together with those of the files there, each observation once.
   * @param added values of so many new rows, by column; taken over where a file is there
   * @param lost rows that were not kept so far, where there are any: they may not be lost now
   * @throws ToolError where a file cannot be merged with
   */
  merge(count: number, added: ColumnValues[], before: readonly FileBytes[], lost?: FileBytes): MergedPartition {
    const files = lost === undefined ? before : [...before, lost];
    const all = files.length === 0 ? { count, columns: this.#columns, values: added } : this.#all(count, added, files);
    const isLarge = all.count > LARGE_DAY_ROWS && files.length > 0;
    // Each step by itself, so that what it leaves is nobody's any more when it is given back.
    if (isLarge) collectGarbage();
    const distinct = this.#distinct(all, count, lost);
    const merged = { ...distinct, ...withoutOthers(all, distinct), columns: all.columns, values: all.values };
    if (isLarge) collectGarbage();
    return merged;
  }

  /** The new rows and those of the files. */
  #all(count: number, added: ColumnValues[], files: readonly FileBytes[]): AllRows {
    return this.#unite(count, added, this.#existing(files));
  }

  /** @param inputCount how many of the rows are new; they come first */
  #distinct({ count, columns, values }: AllRows, inputCount: number, lost: FileBytes | undefined): DistinctRows {
    const keys = keysOf(columns, values);
    const order = orderOf(keys, count);
    if (this.#completes) completeRows(columns, values, keys, order);
    const knownFrom = lost === undefined ? count : count - rowCount(lost.bytes);
    return keepDistinct(columns, values, keys, order, inputCount, knownFrom);
  }

  /**
   * The bytes of the file that merged rows become.
   * @param flags values of the flag columns for the rows kept, in their order
   */
  encode(
    { columns, values, kept }: MergedPartition,
    station: string,
    flags: readonly ColumnValues[],
  ): Promise<Uint8Array> {
    const own = this.#columns.length;
    const places = new Uint32Array(kept.length);
    for (let place = 0; place < places.length; place++) places[place] = place;
    const written = columns.map((column, index): EncodedColumn => ({
      column,
      values: values[index] ?? allocateValues(column.type, 0),
      order: kept,
    }));
    const flagged = this.#flagColumns.map((column, index): EncodedColumn => ({
      column,
      values: flags[index] ?? allocateValues(column.type, 0),
      order: places,
    }));
    return encodeRows([...written.slice(0, own), ...flagged, ...written.slice(own)], station);
  }

  /** The bytes of a file of the rows that were not kept: as they are, without flags. */
  encodeLost({ columns, values, lost }: MergedPartition, station: string): Promise<Uint8Array> {
    const written = columns.map((column, index) => ({
      column,
      values: values[index] ?? allocateValues(column.type, 0),
      order: lost,
    }));
    return encodeRows(written, station);
  }

  #existing(files: readonly FileBytes[]): UnitedRows {
    const known = [...this.#columns];
    const rows = files.map(({ path, bytes }) => {
      const own = this.#rowsOf(bytes, join(this.#root, path), known);
      for (const column of own.columns) if (!known.includes(column)) known.push(column);
      return { path: join(this.#root, path), ...own };
    });
    try {
      return uniteRows(
        rows,
        this.#columns.map(({ name }) => name),
      );
    } catch (error) {
      if (!(error instanceof SchemaClash)) throw error;
      throw new ToolError(
        EXIT.unexpected,
        `The files of a day cannot be united: ${error.message}`,
        'Move one of them away and run the same command again. Nothing in them was changed.',
        { cause: error },
      );
    }
  }

  #rowsOf(bytes: Uint8Array, path: string, known: readonly RowColumn[]): FileRows {
    let rows: FileRows;
    try {
      rows = readRows(bytes, known);
    } catch (error) {
      throw new ToolError(
        EXIT.unexpected,
        `${path} cannot be read, so nothing can be added to it: ${error instanceof Error ? error.message : String(error)}`,
        'Move this file away and run the same command again. Nothing in it was changed.',
        { cause: error },
      );
    }
    for (const column of this.#columns) {
      const there = rows.columns.find(({ name }) => name === column.name);
      if (there !== undefined && there.type !== column.type) {
        throw new ToolError(
          EXIT.usage,
          `${path} has ${column.name} as ${there.type}, the mapping makes it ${column.type}`,
          `Set type: ${there.type} for it in the mapping, or write to another lake.`,
        );
      }
    }
    return rows;
  }

  /** The new rows and, after them, those of the files, over the columns of both. */
  #unite(count: number, added: ColumnValues[], existing: UnitedRows): AllRows {
    const known = new Set([...this.#columns, ...this.#flagColumns].map(({ name }) => name));
    const extra = existing.columns.filter(({ name }) => !known.has(name));
    const columns = [...this.#columns, ...extra];
    const total = count + existing.count;
    const oldValues = ({ name }: RowColumn): ColumnValues | undefined =>
      existing.values[existing.columns.findIndex((column) => column.name === name)];
    // A day that is only looked at need not be in memory twice.
    const alone = count > 0 ? [] : columns.flatMap((column) => oldValues(column) ?? []);
    if (alone.length === columns.length) return { count: total, columns, values: alone };
    const values = columns.map((column, index) => {
      const all = allocateValues(column.type, total);
      const own = added[index];
      if (own === undefined) fillNull(all, 0, count);
      else copyValues(own, all, 0);
      const old = oldValues(column);
      if (old === undefined) fillNull(all, count, total);
      else copyValues(old, all, count);
      // What is copied need not be in memory twice until all is.
      if (own !== undefined) added[index] = allocateValues(column.type, 0);
      return all;
    });
    return { count: total, columns, values };
  }
}

/**
 * The rows that are kept and those that lost, in this order, where there are others beside them: of a large day that came again it
 * is half. Columns are replaced one after the other.
 */
function withoutOthers(
  { columns, values }: AllRows,
  { kept, lost }: DistinctRows,
): Pick<DistinctRows, 'kept' | 'lost'> {
  const count = kept.length + lost.length;
  if (count >= (values[0]?.length ?? 0)) return { kept, lost };
  columns.forEach(({ type }, index) => {
    const own = values[index];
    if (own === undefined) return;
    const chosen = allocateValues(type, count);
    gatherValues(own, kept, chosen);
    gatherValues(own, lost, chosen, kept.length);
    values[index] = chosen;
  });
  const places = Uint32Array.from({ length: count }, (_, place) => place);
  return { kept: places.subarray(0, kept.length), lost: places.subarray(kept.length) };
}

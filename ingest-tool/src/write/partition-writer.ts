import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDataPath, PARTITION_FILE } from '@tidelake/lake-format';
import { allocateValues, copyValues, fillNull, type ColumnValues, type RowColumn } from '../rows/column-values';
import { keepDistinct, type DistinctRows } from '../rows/deduplicate';
import { keysOf, orderOf } from '../rows/row-order';
import { etagOf, type FolderSwapper } from '../publish/folder-swapper';
import { SchemaClash, uniteRows, type UnitedRows } from '../rows/united-rows';
import { EXIT, ToolError } from '../tool-error';
import { putDurably, readIfThere } from './durable-file';
import { encodeRows, type EncodedColumn } from './encoded-rows';
import { checkParquet } from './parquet-bytes';
import { readRows, type FileRows } from './parquet-rows';

/** What became of one partition. */
export interface WrittenPartition extends MergedPartition {
  /** Bytes of the partition's file now. */
  bytes: number;
  /** False where the file had these bytes already. */
  written: boolean;
}

/** The rows that a partition will have: what it has and what is added. */
export interface MergedPartition extends DistinctRows {
  task: PartitionTask;
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
  /** The files it has so far. */
  before: ReadFile[];
}

/** A data file that was read: relative to the lake's root, with size and time as text. */
interface ReadFile {
  path: string;
  bytes: Uint8Array;
  etag: string;
}

/** A partition to be brought up to date. */
export interface PartitionTask {
  /** Below the lake's root. */
  folder: string;
  station: string;
  /** Rows of this input. */
  count: number;
  /** Copies them into the first columns of these arrays, from row 0 on. */
  read: (into: ColumnValues[]) => void;
}

/** Brings partitions up to date, one file each: merged with what is there, sorted, each observation once. */
export class PartitionWriter {
  readonly #root: string;
  readonly #swapper: FolderSwapper;
  readonly #temporaryFolder: string;
  readonly #columns: readonly RowColumn[];
  readonly #flagColumns: readonly RowColumn[];
  #serial = 0;

  /**
   * @param columns of the rows that are added
   * @param flagColumns worked out anew from the merged rows, whatever a file has
   */
  constructor(
    root: string,
    swapper: FolderSwapper,
    temporaryFolder: string,
    columns: readonly RowColumn[],
    flagColumns: readonly RowColumn[],
  ) {
    this.#root = root;
    this.#swapper = swapper;
    this.#temporaryFolder = temporaryFolder;
    this.#columns = columns;
    this.#flagColumns = flagColumns;
  }

  /**
   * Brings the rows of this input together with those of the files there, each observation once.
   * @throws ToolError where the file there cannot be merged with
   */
  async merge(task: PartitionTask): Promise<MergedPartition> {
    const before = await this.#filesOf(task.folder);
    const existing = before.length === 0 ? undefined : this.#existing(before);
    const { columns, values } = this.#merge(task, existing);
    const keys = keysOf(columns, values);
    const order = orderOf(keys, task.count + (existing?.count ?? 0));
    return { task, before, columns, values, ...keepDistinct(columns, values, keys, order, task.count) };
  }

  /**
   * Writes merged rows; the same rows leave the file untouched.
   * @param flags values of the flag columns for the rows kept, in their order
   * @throws ToolError where the file system refuses
   */
  async put(merged: MergedPartition, flags: readonly ColumnValues[]): Promise<WrittenPartition> {
    const { task, before, columns, values, kept } = merged;
    const own = this.#columns.length;
    const inOrder = Uint32Array.from(kept.keys());
    const written = columns.map((column, index): EncodedColumn => ({
      column,
      values: values[index] ?? allocateValues(column.type, 0),
      order: kept,
    }));
    const flagged = this.#flagColumns.map((column, index): EncodedColumn => ({
      column,
      values: flags[index] ?? allocateValues(column.type, 0),
      order: inOrder,
    }));
    const bytes = encodeRows([...written.slice(0, own), ...flagged, ...written.slice(own)], task.station);
    const [only] = before;
    const isNew = before.length !== 1 || only === undefined || !Buffer.from(only.bytes).equals(bytes);
    if (isNew) await this.#replace(task.folder, before, bytes, kept.length);
    return { ...merged, bytes: bytes.byteLength, written: isNew };
  }

  /** The file takes its name by a rename; files of other names, such as compacted ones, go in the same step. */
  async #replace(folder: string, before: readonly ReadFile[], bytes: Uint8Array, rows: number): Promise<void> {
    const path = `${folder}/${PARTITION_FILE}`;
    const temporaryPath = join(this.#temporaryFolder, `${this.#serial++}.parquet`);
    const isAlone = before.every((file) => file.path === path);
    const target = isAlone ? join(this.#root, path) : this.#swapper.madePath(path);
    if (!isAlone) {
      await mkdir(dirname(target), { recursive: true });
      await rm(target, { force: true });
    }
    await putDurably(target, bytes, temporaryPath, (readBack) => checkParquet(readBack, rows));
    if (isAlone) return;
    const removed = before.map((file) => ({ path: file.path, etag: file.etag }));
    await this.#swapper.swap([{ folder, added: [path], removed }], null);
  }

  async #filesOf(folder: string): Promise<ReadFile[]> {
    const names = await readdir(join(this.#root, folder)).catch(() => []);
    const files: ReadFile[] = [];
    for (const name of names.filter(isDataPath).sort()) {
      const path = `${folder}/${name}`;
      const facts = await stat(join(this.#root, path), { bigint: true });
      const bytes = await readIfThere(join(this.#root, path));
      if (bytes !== undefined) files.push({ path, bytes, etag: etagOf(facts) });
    }
    return files;
  }

  #existing(files: readonly ReadFile[]): UnitedRows {
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

  /** The rows of this input and, after them, those of the files, over the columns of both. */
  #merge(task: PartitionTask, existing: UnitedRows | undefined): { columns: RowColumn[]; values: ColumnValues[] } {
    const known = new Set([...this.#columns, ...this.#flagColumns].map(({ name }) => name));
    const extra = existing?.columns.filter(({ name }) => !known.has(name)) ?? [];
    const columns = [...this.#columns, ...extra];
    const total = task.count + (existing?.count ?? 0);
    const values = columns.map(({ type }) => allocateValues(type, total));
    task.read(values.slice(0, this.#columns.length));
    columns.forEach(({ name }, index) => {
      const own = values[index];
      if (own === undefined) return;
      if (index >= this.#columns.length) fillNull(own, 0, task.count);
      const there = existing?.columns.findIndex((column) => column.name === name) ?? -1;
      const old = existing?.values[there];
      if (old === undefined) fillNull(own, task.count, total);
      else copyValues(old, own, task.count);
    });
    return { columns, values };
  }
}

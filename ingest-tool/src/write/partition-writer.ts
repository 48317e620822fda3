import { join } from 'node:path';
import { formatFileDescription, LAKE_FORMAT_VERSION, PARTITION_FILE } from '@tidelake/lake-format';
import {
  allocateValues,
  copyValues,
  describedColumn,
  fillNull,
  type ColumnValues,
  type RowColumn,
} from '../rows/column-values';
import { keepDistinct, type DistinctRows } from '../rows/deduplicate';
import { orderOf, type RowKeys } from '../rows/row-order';
import { EXIT, ToolError } from '../tool-error';
import { arrowColumn, isNullable } from './arrow-column';
import { putDurably, readIfThere } from './durable-file';
import { checkParquet, parquetBytes, type ColumnLayout } from './parquet-bytes';
import { readRows, type FileRows } from './parquet-rows';

/** What became of one partition. */
export interface WrittenPartition extends DistinctRows {
  /** Bytes of the partition's file now. */
  bytes: number;
  /** False where the file had these bytes already. */
  written: boolean;
  columns: readonly RowColumn[];
  values: readonly ColumnValues[];
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
  readonly #temporaryFolder: string;
  readonly #columns: readonly RowColumn[];
  #serial = 0;

  constructor(root: string, temporaryFolder: string, columns: readonly RowColumn[]) {
    this.#root = root;
    this.#temporaryFolder = temporaryFolder;
    this.#columns = columns;
  }

  /**
   * Writes one partition; the same rows leave the file untouched.
   * @throws ToolError where the file there cannot be merged with, or the file system refuses
   */
  async write(task: PartitionTask): Promise<WrittenPartition> {
    const path = join(this.#root, task.folder, PARTITION_FILE);
    const before = await readIfThere(path);
    const existing = before === undefined ? undefined : this.#existing(before, path);
    const { columns, values } = this.#merge(task, existing);
    const keys = keysOf(columns, values);
    const order = orderOf(keys, task.count + (existing?.count ?? 0));
    const distinct = keepDistinct(columns, values, keys, order, task.count);

    const bytes = parquetBytes(
      columns.map((column, index) => ({
        name: column.name,
        nullable: isNullable(column),
        layout: layoutOf(column),
        data: arrowColumn(column, values[index] ?? allocateValues(column.type, 0), distinct.kept),
      })),
      formatFileDescription({
        version: LAKE_FORMAT_VERSION,
        tool: 'tidelake',
        station: task.station,
        columns: columns.map(describedColumn),
      }),
    );
    const written = before === undefined || !Buffer.from(before).equals(bytes);
    if (written) {
      const temporaryPath = join(this.#temporaryFolder, `${this.#serial++}.parquet`);
      await putDurably(path, bytes, temporaryPath, (readBack) => checkParquet(readBack, distinct.kept.length));
    }
    return { ...distinct, bytes: bytes.byteLength, written, columns, values };
  }

  #existing(bytes: Uint8Array, path: string): FileRows {
    let rows: FileRows;
    try {
      rows = readRows(bytes, this.#columns);
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

  /** The rows of this input and, after them, those of the file, over the columns of both. */
  #merge(task: PartitionTask, existing: FileRows | undefined): { columns: RowColumn[]; values: ColumnValues[] } {
    const extra = existing?.columns.filter(({ name }) => !this.#columns.some((column) => column.name === name)) ?? [];
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

function keysOf(columns: readonly RowColumn[], values: readonly ColumnValues[]): RowKeys {
  const at = (role: string): number => columns.findIndex((column) => column.role === role);
  const time = values[at('time')];
  const device = values[at('device')];
  const depth = values[at('depth')];
  const dictionary = columns[at('device')]?.dictionary;
  if (!(time instanceof Float64Array) || !(device instanceof Int32Array) || dictionary === undefined) {
    throw new Error('rows without a time or a device');
  }
  const ranks = dictionary.ranks();
  return {
    time,
    device: device.map((id) => ranks[id] ?? 0),
    depth: depth instanceof Float64Array ? depth : undefined,
  };
}

function layoutOf({ type, role }: RowColumn): ColumnLayout {
  if (type === 'timestamp') return 'delta';
  return role === 'variable' && (type === 'float' || type === 'double') ? 'plain' : 'dictionary';
}

import { tableFromIPC } from 'apache-arrow';
import type { Field } from 'apache-arrow';
import { ParquetFile } from 'parquet-wasm/esm';
import { LakeError } from '../lake/lake-error';
import { sameName } from '../lake/lake-schema';
import type { LakeColumn } from '../lake/lake-schema';
import { duckdbTypeOf } from './arrow-type';
import { blobOfBytes } from './bytes-blob';
import { damagedFile } from './damaged-file';

/** Types a lake's table has instead of those in its files: without ICU, functions of TIMESTAMPTZ fail. */
const LAKE_TYPES: Record<string, string> = {
  '"NULL"': 'VARCHAR',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
  TIMESTAMP_S: 'TIMESTAMP',
  TIMESTAMP_MS: 'TIMESTAMP',
};

/** Columns of one Parquet file. */
export interface DecodedFile {
  rows: number;
  /** Those asked for that the file has, as an Arrow IPC stream in the file's order; null where there is none. */
  ipc: Uint8Array | null;
}

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Footer length and magic at the end, magic at the start. */
const SMALLEST_FILE = 12;

/** parquet-wasm makes batches of 1,024 rows unless told otherwise. */
const ROWS_PER_BATCH = 1 << 17;

/**
 * Decodes columns of a Parquet file; those that the file lacks are left out. parquet-wasm must have been initialised.
 * @param name for messages
 * @throws LakeError `not-parquet` or `truncated`
 */
export async function decodeColumns(bytes: Uint8Array, name: string, columns: readonly string[]): Promise<DecodedFile> {
  checkStart(bytes, name);
  checkEnd(bytes, bytes.byteLength, name);
  const file = await opened(blobOfBytes(bytes), name);
  try {
    const rows = file.metadata().fileMetadata().numRows();
    // parquet-wasm fails when asked for a column that is not there.
    const present = fieldsOf(file).flatMap(({ name: own }) =>
      columns.some((column) => sameName(column, own)) ? own : [],
    );
    if (present.length === 0) return { rows, ipc: null };
    const table = await file.read({ columns: present, batchSize: ROWS_PER_BATCH });
    return { rows, ipc: table.intoIPCStream() };
  } catch (error) {
    throw damagedFile(name, error);
  } finally {
    file.free();
  }
}

/**
 * Reads the columns of a Parquet file from its footer, in the types that a lake's table has. Columns of types that
 * DuckDB does not take from Arrow are left out.
 * @param tail the end of a file of `size` bytes, at least its footer
 * @throws LakeError `not-parquet` or `truncated`
 */
export async function readColumns(tail: Uint8Array, size: number, name: string): Promise<LakeColumn[]> {
  if (tail.byteLength === size) checkStart(tail, name);
  checkEnd(tail, size, name);
  const file = await opened(blobOfBytes(tail, size - tail.byteLength), name);
  try {
    return fieldsOf(file).flatMap((field) => {
      const type = duckdbTypeOf(field.type);
      return type === undefined ? [] : { name: field.name, duckdbType: LAKE_TYPES[type] ?? type };
    });
  } catch (error) {
    throw damagedFile(name, error);
  } finally {
    file.free();
  }
}

function checkStart(bytes: Uint8Array, name: string): void {
  if (bytes.byteLength >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte)) return;
  throw new LakeError({
    code: 'not-parquet',
    message: `${name} is not a Parquet file.`,
    advice: 'Move it out of the lake, or give its name a leading underscore, which readers of lakes pass over.',
  });
}

function checkEnd(tail: Uint8Array, size: number, name: string): void {
  const ends = MAGIC.every((byte, index) => tail[tail.byteLength - MAGIC.length + index] === byte);
  if (size >= SMALLEST_FILE && ends) return;
  throw new LakeError({
    code: 'truncated',
    message: `${name} is cut off: its footer is missing (${size} bytes).`,
    advice: 'Upload this file again: an upload or a writer was interrupted.',
  });
}

async function opened(blob: Blob, name: string): Promise<ParquetFile> {
  try {
    return await ParquetFile.fromFile(blob);
  } catch (error) {
    throw damagedFile(name, error);
  }
}

function fieldsOf(file: ParquetFile): Field[] {
  return tableFromIPC(file.schema().intoIPCStream()).schema.fields;
}

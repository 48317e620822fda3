import type { Field } from 'apache-arrow';
import { ParquetFile } from 'parquet-wasm/esm';
import { sameName } from '../lake/lake-schema';
import type { LakeColumn } from '../lake/lake-schema';
import { duckdbTypeOf } from './arrow-type';
import { damagedFile } from './damaged-file';
import type { DecodedRows, DecodeRequest, RowSelection } from './decoder-protocol';
import { lakeTypeOf } from './file-types';
import { excerptFooter } from './footer-excerpt';
import { readIpcSchema } from './ipc';
import { checkEnd, checkStart, footerLength } from './parquet-magic';
import { widenHalfFloats } from './half-floats';
import { unknownNames } from './schema-differences';
import { createSparseBlob } from './sparse-blob';
import type { FilePart } from './sparse-blob';

/** parquet-wasm makes batches of 1,024 rows unless told otherwise. */
const ROWS_PER_BATCH = 1 << 17;

/**
 * Decodes columns of a Parquet file, or of some of its row groups or rows, each of which gives a result of its own; columns
 * that the file lacks are left out. parquet-wasm must have been initialised.
 * @throws LakeError `not-parquet` or `truncated`
 */
export async function decodeColumns({
  size,
  parts,
  name,
  columns,
  known,
  selections,
}: DecodeRequest): Promise<DecodedRows[]> {
  const [first] = parts;
  if (first?.start === 0) checkStart(first.bytes, name);
  checkEnd(parts.at(-1)?.bytes ?? new Uint8Array(), size, name);
  const file = await opened(selections ? createSparseBlob(parts, size) : withExcerpt(parts, size, name), name);
  try {
    // parquet-wasm fails when asked for a column that is not there.
    const names = fieldsOf(file).map((field) => field.name);
    const present = names.filter((own) => columns.some((column) => sameName(column, own)));
    const others = known ? unknownNames(names, known) : [];
    const metadata = file.metadata();
    const decoded: DecodedRows[] = [];
    for (const selection of selections ?? [undefined]) {
      const rows = selection
        ? rowsOf(selection, metadata.rowGroup(selection.rowGroup).numRows())
        : metadata.fileMetadata().numRows();
      const options = { columns: present, batchSize: ROWS_PER_BATCH, ...(selection && readerOptionsOf(selection)) };
      const ipc = present.length === 0 ? null : widenHalfFloats((await file.read(options)).intoIPCStream());
      decoded.push({ rows, ipc, ...(others.length > 0 && { others }) });
    }
    return decoded;
  } catch (error) {
    throw damagedFile(name, error);
  } finally {
    file.free();
  }
}

function rowsOf({ span }: RowSelection, rowsOfGroup: number): number {
  return span ? span.end - span.start : rowsOfGroup;
}

function readerOptionsOf({ rowGroup, span }: RowSelection) {
  return { rowGroups: [rowGroup], ...(span && { offset: span.start, limit: span.end - span.start }) };
}

/**
 * Reads the columns of a Parquet file from its footer, in the types that a lake's table has, `"NULL"` where there are only
 * nulls. Columns of types that DuckDB does not take from Arrow are left out.
 * @param tail the end of a file of `size` bytes, at least its footer
 * @throws LakeError `not-parquet` or `truncated`
 */
export async function readColumns(tail: Uint8Array, size: number, name: string): Promise<LakeColumn[]> {
  if (tail.byteLength === size) checkStart(tail, name);
  checkEnd(tail, size, name);
  const footer = excerptOf(tail.subarray(-footerLength(tail)), name, []);
  const file = await opened(createSparseBlob([{ start: 0, bytes: footer }], footer.byteLength), name);
  try {
    return fieldsOf(file).flatMap((field) => {
      const type = duckdbTypeOf(field.type);
      return type === undefined ? [] : { name: field.name, duckdbType: lakeTypeOf(type) };
    });
  } catch (error) {
    throw damagedFile(name, error);
  } finally {
    file.free();
  }
}

/** A whole file with an excerpt of its footer; parts of files come with one. */
function withExcerpt(parts: readonly FilePart[], size: number, name: string): Blob {
  const tail = parts.at(-1)?.bytes ?? new Uint8Array();
  const start = size - footerLength(tail);
  const excerpt = excerptOf(tail.subarray(-footerLength(tail)), name);
  const before = parts.map((part) => ({ ...part, bytes: part.bytes.subarray(0, start - part.start) }));
  return createSparseBlob([...before, { start, bytes: excerpt }], start + excerpt.byteLength);
}

function excerptOf(footer: Uint8Array, name: string, rowGroups?: number[]): Uint8Array {
  try {
    return excerptFooter(footer, rowGroups);
  } catch (error) {
    throw damagedFile(name, error);
  }
}

async function opened(blob: Blob, name: string): Promise<ParquetFile> {
  try {
    return await ParquetFile.fromFile(blob);
  } catch (error) {
    throw damagedFile(name, error);
  }
}

function fieldsOf(file: ParquetFile): Field[] {
  return readIpcSchema(file.schema().intoIPCStream()).fields;
}

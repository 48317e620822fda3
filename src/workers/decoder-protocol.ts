import type { LakeErrorData } from '../lake/lake-error';
import type { LakeColumn } from '../lake/lake-schema';
import type { RowSpan } from '../lake/page-index';
import type { FilePart } from './sparse-blob';

/** A file, or as much of it as is needed, and what is wanted of it. */
export interface DecodeRequest {
  /** Of the whole file, in bytes. */
  size: number;
  /** In the order of the file; the last one ends with the footer. */
  parts: readonly FilePart[];
  /** For messages. */
  name: string;
  columns: readonly string[];
  /** Columns that are no news; without it, nobody asks for others. */
  known?: readonly string[];
  /** Without it, all rows as one. */
  selections?: readonly RowSelection[];
}

/** Rows that are decoded into a result of their own. */
export interface RowSelection {
  /** By its index in the footer. */
  rowGroup: number;
  /** Absent for all rows of the row group. */
  span?: RowSpan;
}

/** The end of a file of `size` bytes, at least its footer. */
export interface ColumnsRequest {
  tail: Uint8Array;
  size: number;
  name: string;
}

/** Columns of a Parquet file or of one of its row groups. */
export interface DecodedRows {
  rows: number;
  /** Those asked for that the file has, as an Arrow IPC stream in the file's order; null where there is none. */
  ipc: Uint8Array | null;
  /** Columns of the file that the one who asked does not know; absent where there are none. */
  others?: string[];
}

export type DecoderRequest = ({ kind: 'decode' } & DecodeRequest) | ({ kind: 'columns' } & ColumnsRequest);

export type DecoderReply =
  | { kind: 'decoded'; rows: DecodedRows[]; elapsed: number }
  | { kind: 'columns'; columns: LakeColumn[] }
  | { kind: 'failed'; error: LakeErrorData };

/** Decodes Parquet files. Failures are LakeErrors. */
export interface Decoder {
  /** Decodes columns of a file, or of each selection of its rows; `elapsed` is the decoder's own time in milliseconds. */
  decode(request: DecodeRequest): Promise<{ rows: DecodedRows[]; elapsed: number }>;
  /** Reads the names and types of a file's columns. */
  columns(request: ColumnsRequest): Promise<LakeColumn[]>;
  terminate(): void;
}

import type { RowSpan } from '../lake/page-index';
import type { LakeFile } from '../lake/partition-walk';

/** What becomes resident as one: a small file as a whole, a row group of a large one, or some rows of a large row group. */
export interface FilePiece {
  file: LakeFile;
  /** Its index; null for the whole file. */
  rowGroup: number | null;
  /** Absent where they are all of the row group's. */
  span?: RowSpan;
}

/** A text that is the same for two pieces exactly where they are the same bytes. */
export function identityOf({ file: { key, etag, size }, rowGroup, span }: FilePiece): string {
  return JSON.stringify([key, etag, size, rowGroup, ...(span ? [span.start, span.end] : [])]);
}

/** Pieces that hold all rows of a piece: itself, its row group, its file. Rows are not compared with other rows. */
export function holdersOf(piece: FilePiece): FilePiece[] {
  const { file, rowGroup, span } = piece;
  const holders: FilePiece[] = [piece];
  if (span) holders.push({ file, rowGroup });
  if (rowGroup !== null) holders.push({ file, rowGroup: null });
  return holders;
}

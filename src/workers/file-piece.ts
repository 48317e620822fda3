import type { LakeFile } from '../lake/partition-walk';

/** What becomes resident as one: a small file as a whole, or a row group of a large one. */
export interface FilePiece {
  file: LakeFile;
  /** Its index; null for the whole file. */
  rowGroup: number | null;
}

/** A text that is the same for two pieces exactly where they are the same bytes. */
export function identityOf({ file: { key, etag, size }, rowGroup }: FilePiece): string {
  return JSON.stringify([key, etag, size, rowGroup]);
}

import type { PreparedFolder } from './prepared-folders';

/** A file that was made and waits to take the place of others. */
export interface MadeFile {
  /** Relative to the lake's root. */
  path: string;
  bytes: Uint8Array;
}

/** Puts new files where they belong and takes away those they were made from. */
export interface FolderReplacer {
  /** Whether each folder changes in one step for those who list it. */
  isAtomic(): Promise<boolean>;
  /** Keeps a file where nobody reads it yet. */
  prepare(file: MadeFile): Promise<void>;
  /** Puts a file in its place at once. */
  put(file: MadeFile): Promise<void>;
  /** Replaces the folders of groups; those of one group change together. */
  replace(groups: readonly (readonly PreparedFolder[])[]): Promise<void>;
  /** Ends the work. */
  close(): Promise<void>;
}

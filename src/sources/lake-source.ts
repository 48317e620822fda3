import type { S3Credentials } from './presign';

/** Keys for a private bucket. They stay in the memory of the tab, and never enter a link, a storage, a log or an error. */
export interface S3Keys extends S3Credentials {
  /** When temporary keys run out, UTC milliseconds. */
  expiresAt?: number;
}

/** A file that the reader chose, and where it is below the chosen folder: `station=a/part-0000.parquet`. */
export interface ChosenFile {
  path: string;
  file: File;
}

/**
 * What to open. All of it crosses to a worker by structured clone.
 * - `address`: what a user types (see `locateLake`), with keys where the bucket is private
 * - `folder`: a folder of this machine, behind a handle of the File System Access API
 * - `files`: files of this machine, chosen by an input or dropped
 */
export type LakeSource =
  | { kind: 'address'; url: string; keys?: S3Keys }
  | { kind: 'folder'; name: string; handle: FileSystemDirectoryHandle }
  | { kind: 'files'; name: string; files: ChosenFile[] };

/** Begins the address of a folder of the reader's own machine, which nobody else can open. */
const LOCAL_SCHEME = 'folder:';

/** The address of a folder of this machine, for links and for display. */
export function localAddress(name: string): string {
  return `${LOCAL_SCHEME}${encodeURIComponent(name)}/`;
}

/** The name of the folder in an address that {@link localAddress} made; undefined for any other text. */
export function localName(address: string): string | undefined {
  if (!address.startsWith(LOCAL_SCHEME)) return undefined;
  const name = address.slice(LOCAL_SCHEME.length).replace(/\/$/, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The addresses in a text: each on a line of its own, or behind a blank; other blanks belong to an address. */
export function splitAddresses(text: string): string[] {
  return text.trim().split(/\s*[\r\n]+\s*|\s+(?=[a-z][a-z0-9+.-]*:\/\/|\.{0,2}\/)/i);
}

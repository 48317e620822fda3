import { FOOTER_GUESS } from '../lake/limits';
import type { ListedObject, ObjectStore } from '../sources/object-store';
import { footerLength } from './parquet-magic';

/** The end of a file, with its whole footer at least where it has one. */
export interface FileTail {
  bytes: Uint8Array;
  version?: string;
}

/**
 * Fetches the end of a file of known size: what is likely to hold the footer, and the rest of the footer where it does
 * not.
 */
export async function fetchTail(
  store: ObjectStore,
  { key, size }: ListedObject,
  signal: AbortSignal,
): Promise<FileTail> {
  const start = Math.max(0, size - FOOTER_GUESS);
  const { value: tail, version } = await store.get(key, signal, { start, end: size });
  const missing = footerLength(tail) - tail.byteLength;
  const known = version === undefined ? {} : { version };
  if (missing <= 0 || missing > start) return { bytes: tail, ...known };
  const { value: head } = await store.get(key, signal, { start: start - missing, end: start });
  const bytes = new Uint8Array(head.byteLength + tail.byteLength);
  bytes.set(head);
  bytes.set(tail, head.byteLength);
  return { bytes, ...known };
}

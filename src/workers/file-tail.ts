import { FOOTER_GUESS } from '../lake/limits';
import type { ListedObject, ObjectStore } from '../sources/object-store';
import { footerLength } from './parquet-footer';

/** The end of a file, with its whole footer at least. */
export interface FileTail {
  bytes: Uint8Array;
  /** What came over the network for it. */
  fetched: number;
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
  const { value: tail, bytes } = await store.get(key, signal, { start, end: size });
  const missing = footerLength(tail) - tail.byteLength;
  if (missing <= 0 || missing > start) return { bytes: tail, fetched: bytes };
  const head = await store.get(key, signal, { start: start - missing, end: start });
  const whole = new Uint8Array(head.value.byteLength + tail.byteLength);
  whole.set(head.value);
  whole.set(tail, head.value.byteLength);
  return { bytes: whole, fetched: bytes + head.bytes };
}

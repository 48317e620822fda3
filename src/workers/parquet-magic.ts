import { LakeError } from '../lake/lake-error';
import { damagedFile } from './damaged-file';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Length of the footer's length and the magic behind it. */
const FOOTER_END = 8;

/** Footer length and magic at the end, magic at the start. */
const SMALLEST_FILE = 12;

/** @throws LakeError `not-parquet` where a file does not begin as Parquet files do */
export function checkStart(bytes: Uint8Array, name: string): void {
  if (bytes.byteLength >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte)) return;
  throw new LakeError({
    code: 'not-parquet',
    message: `${name} is not a Parquet file.`,
    advice: 'Move it out of the lake, or give its name a leading underscore, which readers of lakes pass over.',
    file: name,
  });
}

/**
 * @param tail the last bytes of a file of `size` bytes
 * @throws LakeError `truncated` where a file does not end as Parquet files do, `not-parquet` where its footer would be
 * longer than the file
 */
export function checkEnd(tail: Uint8Array, size: number, name: string): void {
  const ends = MAGIC.every((byte, index) => tail[tail.byteLength - MAGIC.length + index] === byte);
  if (size >= SMALLEST_FILE && ends) {
    // parquet-wasm would panic.
    if (footerLength(tail) > size - MAGIC.length) throw damagedFile(name);
    return;
  }
  throw new LakeError({
    code: 'truncated',
    message: `${name} is cut off: its footer is missing (${size} bytes).`,
    advice: 'Upload this file again: an upload or a writer was interrupted.',
    file: name,
  });
}

/**
 * Bytes of the footer at the end of a file, with its length and magic (Parquet format, “File format”); 0 where there
 * are too few bytes to tell.
 */
export function footerLength(tail: Uint8Array): number {
  if (tail.byteLength < FOOTER_END) return 0;
  return new DataView(tail.buffer, tail.byteOffset + tail.byteLength - FOOTER_END).getUint32(0, true) + FOOTER_END;
}

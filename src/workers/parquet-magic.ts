import { LakeError } from '../lake/lake-error';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Footer length and magic at the end, magic at the start. */
const SMALLEST_FILE = 12;

/** @throws LakeError `not-parquet` where a file does not begin as Parquet files do */
export function checkStart(bytes: Uint8Array, name: string): void {
  if (bytes.byteLength >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte)) return;
  throw new LakeError({
    code: 'not-parquet',
    message: `${name} is not a Parquet file.`,
    advice: 'Move it out of the lake, or give its name a leading underscore, which readers of lakes pass over.',
  });
}

/**
 * @param tail the last bytes of a file of `size` bytes
 * @throws LakeError `truncated` where a file does not end as Parquet files do
 */
export function checkEnd(tail: Uint8Array, size: number, name: string): void {
  const ends = MAGIC.every((byte, index) => tail[tail.byteLength - MAGIC.length + index] === byte);
  if (size >= SMALLEST_FILE && ends) return;
  throw new LakeError({
    code: 'truncated',
    message: `${name} is cut off: its footer is missing (${size} bytes).`,
    advice: 'Upload this file again: an upload or a writer was interrupted.',
  });
}

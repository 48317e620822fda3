/** Text of some bytes. */
export type TextDecoding = (bytes: Uint8Array) => string;

/**
 * Reads text in a declared encoding; else as UTF-8 where the bytes can be that, and as windows-1252 where not. This is found out
 * for each cell, so that one damaged byte does not change how all others are read.
 */
export function textDecoding(encoding: string | undefined): TextDecoding {
  if (encoding !== undefined) {
    const decoder = new TextDecoder(encoding);
    return (bytes) => decoder.decode(bytes);
  }
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const western = new TextDecoder('windows-1252');
  return (bytes) => {
    try {
      return utf8.decode(bytes);
    } catch {
      return western.decode(bytes);
    }
  };
}

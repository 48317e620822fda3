/** Bytes of UTF-8 that a bound of text keeps at most: enough to tell names apart, and no text fills the manifest. */
const LONGEST = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A bound of text from the bytes of a statistic, which the writer may have cut within a character, cut short itself. What
 * is cut away is rounded outward.
 * @param direction -1 for a lower bound, 1 for an upper one
 * @returns null where the bytes are no text, or no text is above them
 */
export function outwardText(value: unknown, direction: -1 | 1): string | null {
  if (!(value instanceof Uint8Array)) return null;
  const isLong = value.byteLength > LONGEST;
  const bytes = value.subarray(0, LONGEST);
  for (let cut = 0; cut <= Math.min(3, bytes.byteLength); cut++) {
    const whole = decoded(bytes.subarray(0, bytes.byteLength - cut));
    if (whole === undefined) continue;
    return direction > 0 && (isLong || cut > 0) ? textAfterPrefix(whole) : whole;
  }
  return null;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The smallest text above every text that starts with a prefix, in UTF-8 order; null where there is none. */
function textAfterPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    // The surrogates between D7FF and E000 are no characters of their own.
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return null;
}

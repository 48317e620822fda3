/**
 * Compares two object keys in the order S3 lists them: by the bytes of their UTF-8 encoding.
 *
 * JavaScript compares UTF-16 code units, where the surrogate pairs of U+10000 and above come before U+E000–U+FFFF; in
 * UTF-8 they come after. Only the first differing code unit decides, so it is enough to move those two blocks.
 */
export function compareKeys(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) return utf8Rank(unitA) - utf8Rank(unitB);
  }
  return a.length - b.length;
}

function utf8Rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

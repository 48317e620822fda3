/** CSS pixels that a letter of a name takes on average, and that a line of them is high. */
const LETTER = 6.2;
const LINE = 14;
/** A slanted name reaches so far down for each pixel of its length. */
const SLANT = Math.SQRT1_2;
const LONGEST = 120;

/**
 * How names stand below their bands: upright where they fit beside each other, else slanted, and where there are more than lines
 * of text only each second, third …
 * @param width of all bands, CSS pixels
 * @returns the names that are written, their angle in degrees, and the room they need beyond a line, CSS pixels
 */
export function bandAxis(
  names: readonly string[],
  width: number,
): { ticks: string[]; tickRotate: number; room: number } {
  const step = width / Math.max(1, names.length);
  const longest = LETTER * Math.max(0, ...names.map((name) => name.length));
  if (longest < step) return { ticks: [...names], tickRotate: 0, room: 0 };
  const every = Math.max(1, Math.ceil(LINE / step));
  return {
    ticks: names.filter((_, index) => index % every === 0),
    tickRotate: -45,
    room: Math.round(Math.min(LONGEST, longest * SLANT)),
  };
}

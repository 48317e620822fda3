import type { Position } from 'geojson';

/**
 * A closed ring by fewer corners, in two decimals of a degree, by Douglas and Peucker's method.
 * @param tolerance how far an edge may lie from the given one, degrees
 */
export function simplifyRing(ring: Position[], tolerance: number): Position[] {
  // A ring begins where it ends, so its farthest point divides it into two lines.
  const [first = []] = ring;
  const far = ring.reduce(
    (best, at, index) => (distance(at, first) > distance(ring[best] ?? first, first) ? index : best),
    0,
  );
  const simple = [
    ...simplifyLine(ring.slice(0, far + 1), tolerance),
    ...simplifyLine(ring.slice(far), tolerance).slice(1),
  ];
  return simple.map((at) => at.map((degrees) => Math.round(degrees * 100) / 100)).filter(isNoRepeat);
}

function simplifyLine(line: Position[], tolerance: number): Position[] {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 3) return line;
  let [most, worst] = [0, 0];
  for (let index = 1; index < line.length - 1; index++) {
    const away = distanceToLine(line[index] ?? first, first, last);
    if (away > most) [most, worst] = [away, index];
  }
  if (most <= tolerance) return [first, last];
  return [...simplifyLine(line.slice(0, worst + 1), tolerance), ...simplifyLine(line.slice(worst), tolerance).slice(1)];
}

function isNoRepeat(at: Position, index: number, ring: readonly Position[]): boolean {
  const before = ring[index - 1];
  return before === undefined || at[0] !== before[0] || at[1] !== before[1];
}

function distance([x = 0, y = 0]: Position, [u = 0, v = 0]: Position): number {
  return Math.hypot(x - u, y - v);
}

function distanceToLine(at: Position, from: Position, to: Position): number {
  const [x = 0, y = 0] = at;
  const [u = 0, v = 0] = from;
  const [p = 0, q = 0] = to;
  const length = distance(from, to);
  if (length === 0) return distance(at, from);
  const along = Math.min(1, Math.max(0, ((x - u) * (p - u) + (y - v) * (q - v)) / length ** 2));
  return Math.hypot(x - u - along * (p - u), y - v - along * (q - v));
}

/** One class of speed in one sector of a rose: shares of all readings, between which its wedge lies. */
export interface RoseWedge {
  /** From 0 for north, clockwise. */
  sector: number;
  speedClass: number;
  from: number;
  to: number;
}

/** A rose: its wedges, from the slowest class outwards, and the shares of calms and of the fullest sector. */
export interface RoseWedges {
  wedges: RoseWedge[];
  calm: number;
  largest: number;
  classes: number;
  n: number;
}

/**
 * Puts the counts of sectors and classes of speed on each other.
 * @param counts rows with NaN as sector are calms
 */
export function roseWedges(counts: {
  sectors: ArrayLike<number>;
  speedClasses: ArrayLike<number>;
  n: ArrayLike<number>;
}): RoseWedges {
  const rows = Array.from(counts.n, (n, row) => ({
    sector: counts.sectors[row] ?? Number.NaN,
    speedClass: counts.speedClasses[row] ?? Number.NaN,
    n,
  }));
  const total = rows.reduce((sum, { n }) => sum + n, 0);
  const flowing = rows.filter(({ sector }) => !Number.isNaN(sector));
  const calm = 1 - flowing.reduce((sum, { n }) => sum + n, 0) / total;
  const reach = new Map<number, number>();
  const wedges: RoseWedge[] = [];
  for (const { sector, speedClass, n } of flowing.sort((left, right) => left.speedClass - right.speedClass)) {
    const from = reach.get(sector) ?? 0;
    const to = from + n / total;
    reach.set(sector, to);
    wedges.push({ sector, speedClass, from, to });
  }
  const classes = 1 + Math.max(-1, ...wedges.map(({ speedClass }) => speedClass));
  return { wedges, calm, largest: Math.max(0, ...reach.values()), classes, n: total };
}

/** SVG path data of a wedge around the origin: angles in degrees clockwise from north, radii in pixels. */
export function wedgePath(fromDegrees: number, toDegrees: number, inner: number, outer: number): string {
  const at = (degrees: number, radius: number) => {
    const radians = (degrees * Math.PI) / 180;
    return `${(radius * Math.sin(radians)).toFixed(2)},${(-radius * Math.cos(radians)).toFixed(2)}`;
  };
  return [
    `M${at(fromDegrees, inner)}L${at(fromDegrees, outer)}`,
    `A${outer},${outer} 0 0 1 ${at(toDegrees, outer)}`,
    `L${at(toDegrees, inner)}`,
    inner > 0 ? `A${inner},${inner} 0 0 0 ${at(fromDegrees, inner)}` : '',
    'Z',
  ].join('');
}

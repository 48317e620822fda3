import { latLngToCell } from 'h3-js';
import { expect, it } from 'vitest';
import { hexagonRing } from '../../stats/hexagons';
import { greatCirclePath, type LongitudeLatitude, sphereDistance } from '../../stats/sphere';
import { isPolar, polarShapeAt, polarTriangles, splitAtPoles } from './polar-shapes';

it('the cell that holds the pole is triangles about the pole', () => {
  const ring = hexagonRing(latLngToCell(90, 0, 2));
  expect(isPolar(ring)).toBe(true);
  expect(isPolar(hexagonRing(latLngToCell(80, 0, 2)))).toBe(false);
  const triangles = polarTriangles(ring);
  expect(triangles.length).toBeGreaterThanOrEqual(6);
  const [middle = [0, 0]] = triangles[0] ?? [];
  expect(middle[1]).toBeGreaterThan(88);
  // No triangle goes around the world, as the flat map's edge does.
  for (const [, from = middle, to = middle] of triangles) expect(sphereDistance(from, to)).toBeLessThan(400_000);
});

it('a place near a pole is in the cell that H3 puts it in', () => {
  const cells = [-179, -60, 10, 130].flatMap((longitude) =>
    [86, 88, 90].map((latitude) => latLngToCell(latitude, longitude, 2)),
  );
  const ids = [...new Set(cells)];
  const rings = ids.map(hexagonRing);
  for (const [longitude, latitude] of [
    [-178, 86.2],
    [-61, 88.1],
    [12, 86],
    [0, 89.9],
    [131, 88],
  ] as const) {
    expect(polarShapeAt(rings, [longitude, latitude])).toBe(ids.indexOf(latLngToCell(latitude, longitude, 2)));
  }
  expect(polarShapeAt(rings, [0, -89])).toBeUndefined();
  expect(polarShapeAt(rings, [0, 70])).toBeUndefined();
});

it('a track over the pole is lines on both sides of it, and steps between them', () => {
  const [start, end]: LongitudeLatitude[] = [
    [10, 80],
    [-170, 82],
  ];
  const coordinates = greatCirclePath(start ?? [0, 0], end ?? [0, 0]);
  const track = {
    type: 'Feature' as const,
    properties: { bin: 3 },
    geometry: { type: 'LineString' as const, coordinates },
  };
  const { lines, steps } = splitAtPoles({ type: 'FeatureCollection', features: [track] });
  expect(lines.features).toHaveLength(2);
  const onLines = lines.features.flatMap(({ geometry }) => geometry.coordinates);
  expect(onLines.every(([, latitude = 90]) => Math.abs(latitude) <= 85)).toBe(true);
  expect(steps.length + onLines.length - 2).toBe(coordinates.length - 1);
  expect(steps.every(({ bin }) => bin === 3)).toBe(true);
});

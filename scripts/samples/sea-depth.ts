/**
 * Depth in the sea from pressure, for a standard ocean (0 °C, 35): UNESCO Technical Papers in Marine Science 44 (1983),
 * Fofonoff and Millard, p. 25–28, with the gravity of Anon. (1970). Check value: 10 000 dbar at 30° is 9712.653 m.
 * @param pressure sea pressure in decibars (zero at the surface)
 * @param latitude degrees
 * @returns metres below the surface
 */
export function depthFromPressure(pressure: number, latitude: number): number {
  const x = Math.sin((latitude * Math.PI) / 180) ** 2;
  const gravity = 9.780318 * (1 + (5.2788e-3 + 2.36e-5 * x) * x) + 1.092e-6 * pressure;
  return ((((-1.82e-15 * pressure + 2.279e-10) * pressure - 2.2512e-5) * pressure + 9.72659) * pressure) / gravity;
}

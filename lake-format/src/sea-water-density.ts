/** Coefficients, for rising powers of z, of the terms that share a power of x and of y. */
interface GibbsTerms {
  x: number;
  y: number;
  z: number[];
}

/**
 * The Gibbs function of sea water, J kg-1, as a polynomial in x = √(SA / SAu), y = t / 40 °C and z = p / 10⁴ dbar:
 * IAPWS-09 (pure water) and IAPWS-08 (the saline part), the equations of state behind TEOS-10. The saline part's
 * logarithmic term is left out: it has no z, and in entropy it is the same at any temperature and pressure, so neither
 * volume nor a difference of entropies needs it.
 */
const GIBBS: readonly GibbsTerms[] = [
  {
    x: 0,
    y: 0,
    z: [
      101.342743139674, 100015.695367145, -2544.5765420363, 284.517778446287, -33.3146754253611, 4.20263108803084,
      -0.546428511471039,
    ],
  },
  {
    x: 0,
    y: 1,
    z: [5.90578347909402, -270.983805184062, 776.153611613101, -196.51255088122, 28.9796526294175, -2.13290083518327],
  },
  {
    x: 0,
    y: 2,
    z: [-12357.785933039, 1455.0364540468, -756.558385769359, 273.479662323528, -55.5604063817218, 4.34420671917197],
  },
  {
    x: 0,
    y: 3,
    z: [736.741204151612, -672.50778314507, 499.360390819152, -239.545330654412, 48.8012518593872, -1.66307106208905],
  },
  { x: 0, y: 4, z: [-148.185936433658, 397.968445406972, -301.815380621876, 152.196371733841, -26.3748377232802] },
  { x: 0, y: 5, z: [58.0259125842571, -194.618310617595, 120.520654902025, -55.2723052340152, 6.48190668077221] },
  { x: 0, y: 6, z: [-18.9843846514172, 63.5113936641785, -22.2897317140459, 8.17060541818112] },
  { x: 0, y: 7, z: [3.05081646487967, -9.63108119393062] },
  {
    x: 2,
    y: 0,
    z: [1416.27648484197, -3310.49154044839, 384.794152978599, -96.5324320107458, 15.8408172766824, -2.62480156590992],
  },
  {
    x: 2,
    y: 1,
    z: [168.072408311545, 729.116529735046, -343.956902961561, 124.687671116248, -31.656964386073, 7.04658803315449],
  },
  {
    x: 2,
    y: 2,
    z: [880.031352997204, -860.764303783977, 337.409530269367, -178.314556207638, 44.2040358308, -7.92001547211682],
  },
  { x: 2, y: 3, z: [-225.267649263401, 694.244814133268, -204.889641964903, 113.561697840594, -11.1282734326413] },
  { x: 2, y: 4, z: [91.4260447751259, -297.728741987187, 74.726141138756, -36.4872919001588] },
  { x: 2, y: 5, z: [-21.6603240875311] },
  { x: 2, y: 6, z: [2.13016970847183] },
  { x: 3, y: 0, z: [-2432.14662381794, 199.459603073901, -52.2940909281335, 68.0444942726459, -3.41251932441282] },
  { x: 3, y: 1, z: [-493.407510141682, -175.292041186547, 83.1923927801819, -29.483064349429] },
  { x: 3, y: 2, z: [-43.0664675978042, 383.058066002476, -54.1917262517112, 25.6398487389914] },
  { x: 3, y: 3, z: [-10.0227370861875, -460.319931801257] },
  { x: 3, y: 4, z: [0.875600661808945, 234.565187611355] },
  { x: 4, y: 0, z: [2025.80115603697, -54.7919133532887, -4.08193978912261, -30.1755111971161] },
  { x: 4, y: 1, z: [543.835333000098, -22.6683558512829] },
  { x: 4, y: 2, z: [-68.5572509204491] },
  { x: 4, y: 3, z: [49.3667694856254] },
  { x: 4, y: 4, z: [-17.1397577419788] },
  { x: 4, y: 5, z: [2.49697009569508] },
  { x: 5, y: 0, z: [-1091.66841042967, 36.0284195611086] },
  { x: 5, y: 1, z: [-196.028306689776] },
  { x: 6, y: 0, z: [374.60123787784] },
  { x: 6, y: 1, z: [36.7571622995805] },
  { x: 7, y: 0, z: [-48.5891069025409] },
];

/** The salinity x is scaled by, inverted: 1 / (40 · 35.16504 / 35), per g kg-1. */
const SALINITY_FACTOR = 0.0248826675584615;

/** Absolute Salinity of reference-composition sea water, over its Practical Salinity. */
const REFERENCE_SALINITY_RATIO = 35.16504 / 35;

/**
 * Reference Salinity (g kg-1), which stands in for Absolute Salinity where the water's composition is not known. In the
 * open ocean the two differ by less than 0.025 g kg-1, in enclosed seas by more.
 * @param practicalSalinity PSS-78
 */
export function referenceSalinity(practicalSalinity: number): number {
  return practicalSalinity * REFERENCE_SALINITY_RATIO;
}

/**
 * Potential temperature (°C, ITS-90) referred to the surface: the temperature a parcel would have if it rose without
 * exchanging heat or salt, found by Newton's method on entropy.
 * @param salinity Absolute Salinity, g kg-1
 * @param temperature in situ, °C ITS-90
 * @param pressure sea pressure, dbar
 */
export function potentialTemperature(salinity: number, temperature: number, pressure: number): number {
  const target = derivative(salinity, temperature, pressure, 1, 0);
  let potential = temperature;
  for (let iteration = 0; iteration < 8; iteration += 1) {
    const excess = derivative(salinity, potential, 0, 1, 0) - target;
    const correction = (40 * excess) / derivative(salinity, potential, 0, 2, 0);
    potential -= correction;
    if (Math.abs(correction) < 1e-13) break;
  }
  return potential;
}

/**
 * Potential density anomaly sigma-0, kg m-3 above 1000, by the Gibbs function itself; the 75-term fit most software uses
 * is within 0.001 kg m-3 of it. NaN where an input is.
 * @param practicalSalinity PSS-78
 * @param temperature in situ, °C ITS-90
 * @param pressure sea pressure, dbar
 */
export function sigma0(practicalSalinity: number, temperature: number, pressure: number): number {
  // The equation has a square root of salinity; a sensor in fresh water can read a little less than none.
  const salinity = referenceSalinity(Math.max(0, practicalSalinity));
  const surface = potentialTemperature(salinity, temperature, pressure);
  return 1e8 / derivative(salinity, surface, 0, 0, 1) - 1000;
}

/** A derivative of the Gibbs polynomial, `alongY` times by y and `alongZ` (0 or 1) times by z. */
function derivative(salinity: number, temperature: number, pressure: number, alongY: number, alongZ: number): number {
  const x = Math.sqrt(SALINITY_FACTOR * salinity);
  const y = temperature / 40;
  const z = pressure / 1e4;
  let sum = 0;
  for (const terms of GIBBS) {
    if (terms.y < alongY) continue;
    let factor = x ** terms.x * y ** (terms.y - alongY);
    for (let times = 0; times < alongY; times += 1) factor *= terms.y - times;
    let column = 0;
    for (let power = terms.z.length - 1; power >= alongZ; power -= 1) {
      column = column * z + (terms.z[power] ?? 0) * (alongZ === 1 ? power : 1);
    }
    sum += factor * column;
  }
  return sum;
}

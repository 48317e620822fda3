/** Exponents of the base units m, kg, s, A, K, mol, cd and rad, in this order. */
export type Dimension = readonly [number, number, number, number, number, number, number, number];

/**
 * A unit in terms of base units: `base = value × factor × 10^power + offset`. Powers of ten are kept apart, so that a
 * conversion between decimal units is exact.
 */
export interface Unit {
  dimension: Dimension;
  factor: number;
  power: number;
  offset: number;
}

const NONE: Dimension = [0, 0, 0, 0, 0, 0, 0, 0];
const LENGTH: Dimension = [1, 0, 0, 0, 0, 0, 0, 0];
const MASS: Dimension = [0, 1, 0, 0, 0, 0, 0, 0];
const TIME: Dimension = [0, 0, 1, 0, 0, 0, 0, 0];
const CURRENT: Dimension = [0, 0, 0, 1, 0, 0, 0, 0];
const TEMPERATURE: Dimension = [0, 0, 0, 0, 1, 0, 0, 0];
const AMOUNT: Dimension = [0, 0, 0, 0, 0, 1, 0, 0];
const LUMINOSITY: Dimension = [0, 0, 0, 0, 0, 0, 1, 0];
const ANGLE: Dimension = [0, 0, 0, 0, 0, 0, 0, 1];
const SPEED: Dimension = [1, 0, -1, 0, 0, 0, 0, 0];
const VOLUME: Dimension = [3, 0, 0, 0, 0, 0, 0, 0];
const TRANSPORT: Dimension = [3, 0, -1, 0, 0, 0, 0, 0];
const FREQUENCY: Dimension = [0, 0, -1, 0, 0, 0, 0, 0];
const FORCE: Dimension = [1, 1, -2, 0, 0, 0, 0, 0];
const PRESSURE: Dimension = [-1, 1, -2, 0, 0, 0, 0, 0];
const ENERGY: Dimension = [2, 1, -2, 0, 0, 0, 0, 0];
const POWER: Dimension = [2, 1, -3, 0, 0, 0, 0, 0];
const VOLTAGE: Dimension = [2, 1, -3, -1, 0, 0, 0, 0];
const CONDUCTANCE: Dimension = [-2, -1, 3, 2, 0, 0, 0, 0];
const RESISTANCE: Dimension = [2, 1, -3, -2, 0, 0, 0, 0];
const LIGHT: Dimension = [0, 0, 0, 0, 0, 0, 1, 2];
const ILLUMINANCE: Dimension = [-2, 0, 0, 0, 0, 0, 1, 2];

const INCH = 0.0254;
const FOOT = 12 * INCH;
const STANDARD_GRAVITY = 9.80665;
const POUND = 0.45359237;
const FAHRENHEIT = 5 / 9;
const DEGREE = Math.PI / 180;

/** A unit, its names (which take prefixes such as `milli`), and its symbols (which take `m` as well). */
type Row = [dimension: Dimension, factor: number, power: number, offset: number, names: string, symbols: string];

/**
 * Units of environmental data under the names UDUNITS-2 has for them and the spellings instruments use. Five names differ
 * from UDUNITS, where they are what no sensor measures: `mph`, `kph`, `mb` (there milliphot, kilophot and millibarn),
 * `Sv` (sievert) and `pH` (picohenry).
 */
const ROWS: readonly Row[] = [
  [LENGTH, 1, 0, 0, 'metre metres meter meters', 'm'],
  [LENGTH, 1852, 0, 0, 'nautical_mile nautical_miles nmile nmi', ''],
  [LENGTH, INCH, 0, 0, 'inch inches in', ''],
  [LENGTH, FOOT, 0, 0, 'foot feet ft international_foot', ''],
  [LENGTH, 3 * FOOT, 0, 0, 'yard yards yd', ''],
  [LENGTH, 5280 * FOOT, 0, 0, 'mile miles mi', ''],
  // Of six US survey feet, as UDUNITS has it; the international fathom is shorter by two millionths.
  [LENGTH, (6 * 1200) / 3937, 0, 0, 'fathom fathoms', ''],
  [MASS, 1, -3, 0, 'gram grams gramme', 'g'],
  [MASS, 1, 3, 0, 'tonne tonnes metric_ton', 't'],
  [MASS, POUND, 0, 0, 'pound pounds lb', ''],
  [TIME, 1, 0, 0, 'second seconds sec', 's'],
  [TIME, 60, 0, 0, 'minute minutes min', ''],
  [TIME, 3600, 0, 0, 'hour hours hr h', ''],
  [TIME, 86_400, 0, 0, 'day days d', ''],
  [CURRENT, 1, 0, 0, 'ampere amperes amp', 'A'],
  [TEMPERATURE, 1, 0, 0, 'kelvin kelvins degK degree_K degrees_K deg_K °K', 'K'],
  [TEMPERATURE, 1, 0, 273.15, 'degC degree_C degrees_C deg_C degree_Celsius degrees_Celsius celsius Celsius °C ℃', ''],
  [TEMPERATURE, FAHRENHEIT, 0, 459.67 * FAHRENHEIT, 'degF degree_F degrees_F deg_F fahrenheit Fahrenheit °F ℉', ''],
  [AMOUNT, 1, 0, 0, 'mole moles', 'mol'],
  [LUMINOSITY, 1, 0, 0, 'candela', 'cd'],
  [ANGLE, 1, 0, 0, 'radian radians', 'rad'],
  [ANGLE, DEGREE, 0, 0, 'degree degrees deg arc_degree ° degree_true degrees_true', ''],
  [ANGLE, DEGREE, 0, 0, 'degree_north degrees_north degree_N degrees_N degreeN', ''],
  [ANGLE, DEGREE, 0, 0, 'degree_east degrees_east degree_E degrees_E degreeE', ''],
  [ANGLE, DEGREE / 60, 0, 0, 'arcminute arcminutes arcmin', ''],
  [ANGLE, DEGREE / 3600, 0, 0, 'arcsecond arcseconds arcsec', ''],
  [NONE, 1, 0, 0, '1 count counts dimensionless unitless psu PSU PSS-78 pH', ''],
  [NONE, 1, -2, 0, 'percent %', ''],
  [NONE, 1, -3, 0, 'permille ‰', ''],
  [NONE, 1, -6, 0, 'ppm ppmv', ''],
  [NONE, 1, -9, 0, 'ppb ppbv', ''],
  [SPEED, 1852 / 3600, 0, 0, 'knot knots kt kts kn', ''],
  [SPEED, 1 / 3.6, 0, 0, 'kph kmh', ''],
  [SPEED, (5280 * FOOT) / 3600, 0, 0, 'mph', ''],
  [VOLUME, 1, -3, 0, 'litre litres liter liters', 'L l'],
  [FORCE, 1, 0, 0, 'newton newtons', 'N'],
  [PRESSURE, 1, 0, 0, 'pascal pascals', 'Pa'],
  [PRESSURE, 1, 5, 0, 'bar bars', 'bar'],
  [PRESSURE, 1, 2, 0, 'mb', ''],
  [PRESSURE, 101_325, 0, 0, 'atmosphere atmospheres', 'atm'],
  [PRESSURE, 133.322387415, 0, 0, 'mmHg mm_Hg torr Torr', ''],
  [PRESSURE, 3386.388640341, 0, 0, 'inHg in_Hg inch_Hg', ''],
  [PRESSURE, (POUND * STANDARD_GRAVITY) / INCH ** 2, 0, 0, 'psi PSI', ''],
  [ENERGY, 1, 0, 0, 'joule joules', 'J'],
  [POWER, 1, 0, 0, 'watt watts', 'W'],
  [FREQUENCY, 1, 0, 0, 'hertz', 'Hz'],
  [VOLTAGE, 1, 0, 0, 'volt volts', 'V'],
  [CONDUCTANCE, 1, 0, 0, 'siemens', 'S'],
  [RESISTANCE, 1, 0, 0, 'ohm ohms Ohm', 'ohm Ω Ω'],
  [LIGHT, 1, 0, 0, 'lumen', 'lm'],
  [ILLUMINANCE, 1, 0, 0, 'lux', 'lx'],
  [TRANSPORT, 1, 6, 0, 'sverdrup sverdrups Sv', ''],
];

/** What a prefix multiplies by, as a power of ten. `micro` has three characters: u, the micro sign and the Greek mu. */
const PREFIXES: readonly [power: number, name: string, symbols: string][] = [
  [9, 'giga', 'G'],
  [6, 'mega', 'M'],
  [3, 'kilo', 'k'],
  [2, 'hecto', 'h'],
  [1, 'deca', 'da'],
  [-1, 'deci', 'd'],
  [-2, 'centi', 'c'],
  [-3, 'milli', 'm'],
  [-6, 'micro', 'u µ μ'],
  [-9, 'nano', 'n'],
  [-12, 'pico', 'p'],
];

const UNITS = new Map<string, Unit>();
for (const [dimension, factor, power, offset, names, symbols] of ROWS) {
  const unit = { dimension, factor, power, offset };
  for (const name of words(names)) UNITS.set(name, unit);
  for (const symbol of words(symbols)) UNITS.set(symbol, unit);
}
for (const [dimension, factor, power, offset, names, symbols] of ROWS) {
  if (offset !== 0) continue;
  for (const [more, prefix, marks] of PREFIXES) {
    const unit = { dimension, factor, power: power + more, offset };
    for (const name of words(`${names} ${symbols}`)) addUnlessTaken(prefix + name, unit);
    for (const mark of words(marks)) for (const symbol of words(symbols)) addUnlessTaken(mark + symbol, unit);
  }
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function addUnlessTaken(name: string, unit: Unit): void {
  if (!UNITS.has(name)) UNITS.set(name, unit);
}

/** The unit of a name, with or without a prefix; undefined for a name that is none. */
export function unitNamed(name: string): Unit | undefined {
  return UNITS.get(name);
}

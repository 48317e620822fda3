import { type Dimension, type Unit, unitNamed } from './unit-table';

/** A unit that cannot be read or converted; the message says which part, and what to write instead. */
export class UnitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnitError';
  }
}

/** A change of unit: `to = from × scale + offset`. */
export interface UnitConversion {
  scale: number;
  offset: number;
}

/** Spellings that mean one thing to UDUNITS and another to whoever wrote them: no guess is safe. */
const AMBIGUOUS = new Map([
  ['ppt', 'parts per thousand is 1e-3, parts per trillion 1e-12'],
  ['ms-1', 'metres per second is m s-1; written together it is per millisecond'],
]);

/**
 * Reads a UDUNITS string: names and symbols with prefixes, products (blank, `.`, `*`, `·`), quotients (`/`, `per`), powers
 * (`m2`, `m^-2`, `m**2`, `m²`), numbers and parentheses, such as `ug m-3`, `mS/cm`, `1e-3 kg kg-1`, `degC`.
 * Angles are not dimensionless here, so that a direction is never taken for a fraction.
 * @throws UnitError naming the part that is not a unit
 */
export function parseUnit(text: string): Unit {
  const trimmed = text.trim();
  const advice = AMBIGUOUS.get(trimmed);
  if (advice !== undefined) throw new UnitError(`the unit "${trimmed}" is ambiguous: ${advice}`);
  if (/\bsince\b|@/.test(trimmed)) {
    throw new UnitError(`"${trimmed}" is a time reference or a shifted scale, not a unit: give the unit alone`);
  }
  const whole = unitNamed(trimmed);
  if (whole !== undefined) return whole;
  const tokens = tokensOf(trimmed);
  const scales = tokens.flatMap((token) => unitNamed(token) ?? []).filter(({ offset }) => offset !== 0);
  const unit = parseProduct(tokens, trimmed);
  if (tokens.length > 0) throw new UnitError(`"${tokens[0]}" is out of place in the unit "${trimmed}"`);
  if (scales.some(({ dimension }) => isSameDimension(dimension, unit.dimension))) {
    throw new UnitError(
      `"${trimmed}" multiplies a scale that has a zero of its own: use a scale factor and the plain unit`,
    );
  }
  return unit;
}

function isSameDimension(one: Dimension, other: Dimension): boolean {
  return one.every((exponent, index) => exponent === other[index]);
}

/**
 * The conversion from one unit to another.
 * @throws UnitError where either is not a unit, or they measure different things
 */
export function unitConversion(from: string, to: string): UnitConversion {
  const source = parseUnit(from);
  const target = parseUnit(to);
  if (!isSameDimension(source.dimension, target.dimension)) {
    throw new UnitError(`"${from}" cannot be converted to "${to}": they measure different things`);
  }
  const targetScale = target.factor * powerOfTen(target.power);
  return {
    scale: (source.factor / target.factor) * powerOfTen(source.power - target.power),
    offset: source.offset === target.offset ? 0 : (source.offset - target.offset) / targetScale,
  };
}

/** The double nearest to a power of ten; `10 ** n` misses it for some n. */
function powerOfTen(power: number): number {
  return Number(`1e${power}`);
}

const TOKEN = /\s+|[().*/·⋅]|\^|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]|[⁺⁻⁰¹²³⁴-⁹]+|[\p{L}_°%‰'"℃℉]+/uy;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The tokens of a unit; a blank stays as one, since it may be a product. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new UnitError(`"${text.slice(start)}" cannot be read in the unit "${text}"`);
    tokens.push(token.trim() === '' ? ' ' : token);
  }
  return tokens;
}

function parseProduct(tokens: string[], text: string): Unit {
  let product = parsePower(tokens, text);
  for (;;) {
    const sign = takeOperator(tokens);
    if (sign === 0) return product;
    product = multiply(product, parsePower(tokens, text), sign);
  }
}

/** Takes what stands between two factors: 1 for a product, -1 for a quotient, 0 where no factor follows. */
function takeOperator(tokens: string[]): 1 | -1 | 0 {
  if (tokens[0] === ' ') tokens.shift();
  const [token] = tokens;
  if (token === undefined || token === ')') return 0;
  const isQuotient = token === '/' || token === 'per';
  if (isQuotient || /^[.*·⋅]$/.test(token)) tokens.shift();
  if (tokens[0] === ' ') tokens.shift();
  return isQuotient ? -1 : 1;
}

function parsePower(tokens: string[], text: string): Unit {
  const base = parseFactor(tokens, text);
  const exponent = takeExponent(tokens, text);
  return exponent === 1 ? base : raise(base, exponent);
}

function parseFactor(tokens: string[], text: string): Unit {
  const token = tokens.shift();
  if (token === undefined) throw new UnitError(`the unit "${text}" ends where a unit should follow`);
  if (token === '(') {
    const inner = parseProduct(tokens, text);
    if (tokens.shift() !== ')') throw new UnitError(`a parenthesis is not closed in the unit "${text}"`);
    return inner;
  }
  if (/^[\d.]+(?:[eE][+-]?\d+)?$/.test(token) && token !== '.') return numberUnit(token);
  const unit = unitNamed(token);
  if (unit !== undefined) return unit;
  const advice = AMBIGUOUS.get(token);
  throw new UnitError(
    advice === undefined
      ? `"${token}" is not a known unit${token === text ? '' : ` (in "${text}")`}`
      : `the unit "${token}" is ambiguous: ${advice}`,
  );
}

/** A number as a unit of its own, its power of ten kept exact. */
function numberUnit(token: string): Unit {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const isTen = mantissa === '10';
  return {
    dimension: [0, 0, 0, 0, 0, 0, 0, 0],
    factor: isTen ? 1 : Number(mantissa),
    power: Number(exponent) + (isTen ? 1 : 0),
    offset: 0,
  };
}

function takeExponent(tokens: string[], text: string): number {
  const [first = '', second = ''] = tokens;
  if (/^[⁺⁻⁰¹²³⁴-⁹]+$/.test(first)) {
    tokens.shift();
    return Number(Array.from(first, plainDigit).join(''));
  }
  const isExplicit = first === '^' || (first === '*' && second === '*');
  if (isExplicit) tokens.splice(0, first === '^' ? 1 : 2);
  const sign = /^[+-]$/.test(tokens[0] ?? '') ? tokens.shift() : undefined;
  const digits = /^\d+$/.test(tokens[0] ?? '') ? tokens.shift() : undefined;
  if (digits !== undefined) return Number(`${sign ?? ''}${digits}`);
  if (isExplicit || sign !== undefined) throw new UnitError(`a power is missing in the unit "${text}"`);
  return 1;
}

function plainDigit(superscript: string): string {
  if (superscript === '⁻') return '-';
  return superscript === '⁺' ? '' : String(SUPERSCRIPTS.indexOf(superscript));
}

function multiply(one: Unit, other: Unit, sign: 1 | -1): Unit {
  const [l, m, t, i, k, n, j, a] = one.dimension;
  const [l2, m2, t2, i2, k2, n2, j2, a2] = other.dimension;
  return {
    dimension: [
      l + sign * l2,
      m + sign * m2,
      t + sign * t2,
      i + sign * i2,
      k + sign * k2,
      n + sign * n2,
      j + sign * j2,
      a + sign * a2,
    ],
    factor: sign === 1 ? one.factor * other.factor : one.factor / other.factor,
    power: one.power + sign * other.power,
    // Degrees per metre are differences of temperature, which have no zero.
    offset: 0,
  };
}

function raise(unit: Unit, exponent: number): Unit {
  const [l, m, t, i, k, n, j, a] = unit.dimension;
  return {
    dimension: [
      l * exponent,
      m * exponent,
      t * exponent,
      i * exponent,
      k * exponent,
      n * exponent,
      j * exponent,
      a * exponent,
    ],
    factor: unit.factor ** exponent,
    power: unit.power * exponent,
    offset: 0,
  };
}

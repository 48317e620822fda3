/** Types in the order in which each fits into the next without loss, as far as doubles are what science computes with. */
const WIDENINGS: string[][] = [
  ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'DOUBLE'],
  ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'HUGEINT', 'DOUBLE'],
  ['UTINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'],
  ['USMALLINT', 'INTEGER', 'BIGINT'],
  ['UINTEGER', 'BIGINT'],
  ['FLOAT', 'DOUBLE'],
  ['TINYINT', 'SMALLINT', 'FLOAT'],
  ['UTINYINT', 'USMALLINT', 'FLOAT'],
  ['DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP_NS'],
];

/** Types that a column of a lake may get because its files differ, the narrowest first. */
const UNITING = ['SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'FLOAT', 'DOUBLE', 'TIMESTAMP', 'TIMESTAMP_NS'];

/** What a lake's table has in place of a type of its files: without ICU, functions of TIMESTAMPTZ fail. */
const IN_LAKES: Record<string, string> = {
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
  TIMESTAMP_S: 'TIMESTAMP',
  TIMESTAMP_MS: 'TIMESTAMP',
};

/** The type that a lake's column has because of a file's. */
export function lakeTypeOf(fileType: string): string {
  return IN_LAKES[fileType] ?? fileType;
}

/** Decimal digits that every value of a type of whole numbers fits into. */
const DIGITS: Record<string, number> = {
  ...{ TINYINT: 3, UTINYINT: 3, SMALLINT: 5, USMALLINT: 5, INTEGER: 10, UINTEGER: 10, BIGINT: 19, UBIGINT: 20 },
  // What Arrow calls so is a decimal of as many digits.
  HUGEINT: 38,
};

/** DuckDB's decimals have no more digits. */
const MOST_DIGITS = 38;

/** Digits before and after the point. */
interface DecimalDigits {
  whole: number;
  places: number;
}

/** Whether every value of one DuckDB type can be put into a column of another. */
export function fitsInto(fileType: string, lakeType: string): boolean {
  if (fileType === '"NULL"' || fileType === lakeType) return true;
  if (fileType === 'TIMESTAMP WITH TIME ZONE' && lakeType === 'TIMESTAMP') return true;
  if (fileType.endsWith('[]') && lakeType.endsWith('[]')) return fitsInto(fileType.slice(0, -2), lakeType.slice(0, -2));
  const [from, to] = [digitsOf(fileType), digitsOf(lakeType)];
  if (from && to && (isDecimal(fileType) || isDecimal(lakeType))) {
    return from.whole <= to.whole && from.places <= to.places;
  }
  if (isDecimal(fileType)) return lakeType === 'DOUBLE';
  return WIDENINGS.some((line) => {
    const index = line.indexOf(fileType);
    return index >= 0 && line.indexOf(lakeType, index) >= index;
  });
}

/** The narrowest type of a lake's column that all values of two such types can be put into; undefined where there is none. */
export function unitedType(first: string, second: string): string | undefined {
  if (first.endsWith('[]') && second.endsWith('[]')) {
    const items = unitedType(first.slice(0, -2), second.slice(0, -2));
    return items === undefined ? undefined : `${items}[]`;
  }
  const [one, other] = [digitsOf(first), digitsOf(second)];
  const digits = one &&
    other && { whole: Math.max(one.whole, other.whole), places: Math.max(one.places, other.places) };
  const decimal =
    digits && digits.whole + digits.places <= MOST_DIGITS
      ? [`DECIMAL(${digits.whole + digits.places},${digits.places})`]
      : [];
  const candidates = [first, second, ...(isDecimal(first) || isDecimal(second) ? decimal : []), ...UNITING];
  return candidates.find((type) => fitsInto(first, type) && fitsInto(second, type));
}

function isDecimal(type: string): boolean {
  return type.startsWith('DECIMAL');
}

function digitsOf(type: string): DecimalDigits | undefined {
  const whole = DIGITS[type];
  if (whole !== undefined) return { whole, places: 0 };
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  return width === undefined ? undefined : { whole: Number(width) - Number(scale), places: Number(scale) };
}

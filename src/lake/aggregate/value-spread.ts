import type { SqlToken } from './sql-token';

/**
 * How the rows of a group are divided by a value, for an aggregate that depends on all of them: what of it lies together is
 * one row in the table of states, with the count of its rows, and such rows add up over any division of the lake.
 */
export interface ValueSpread {
  /** What rows are divided by; rows of which it is NULL do not count. */
  by: string;
  /** The value that stands for what lies together, as an aggregate of its rows; what they are divided by where it is absent. */
  item?: string;
  /** The value of the whole, of the {@link SPREAD} columns of a group. */
  value: string;
}

/** Columns of what lies together in a group, in the order of the values. */
export const SPREAD = {
  item: 'tidelake_item',
  /** Count of its rows. */
  count: 'tidelake_n',
  /** Rows up to its last one, and those of the group. */
  upTo: 'tidelake_up_to',
  total: 'tidelake_total',
} as const;

/** Nepers by which the values of one bucket differ at most: {@link approximateSpread} is right to 0.01 %. */
const BUCKET_WIDTH = 1e-4;

/** More than the logarithm of any double, in buckets, so that those of small numbers are above 0 too. */
const BUCKETS_BELOW_ONE = 10_000_000;

/** Rows divided by a value itself, so that whatever is made of them is exact. */
export function exactSpread(argument: string, condition: string | undefined, value: string): ValueSpread {
  return { by: where(condition, argument), value };
}

/**
 * Rows divided by the logarithm of a value, so that a group has few divisions however many values it has, and each value is
 * known to 0.01 % (after Masson, Rim and Lee 2019, DDSketch). What is not finite does not count, as in DuckDB's approx_quantile.
 */
export function approximateSpread(argument: string, condition: string | undefined, value: string): ValueSpread {
  const number = `(${argument})::DOUBLE`;
  const size = `(${BUCKETS_BELOW_ONE} + floor(ln(abs(${number})) / ${BUCKET_WIDTH}))`;
  const bucket = `CASE WHEN NOT isfinite(${number}) THEN NULL WHEN ${number} = 0 THEN 0 ELSE sign(${number}) * ${size} END::INTEGER`;
  return { by: where(condition, bucket), item: `min(${argument})`, value };
}

/** Digits that a double holds. */
const DECIMAL = /^(\d{0,1})\.?(\d{0,14})$/;

function where(condition: string | undefined, value: string): string {
  return condition === undefined ? value : `CASE WHEN ${condition} THEN ${value} END`;
}

/** A share of a group's rows, as a fraction of whole numbers: DuckDB takes a place among them without rounding. */
export interface Share {
  of: number;
  parts: number;
}

/** A share from 0 to 1 as it stands in a call of a quantile; undefined where it is anything else. */
export function readShare(tokens: readonly SqlToken[] | undefined): Share | undefined {
  const [only, ...others] = tokens ?? [];
  const [, whole = '', decimals = ''] = (only?.kind === 'number' && DECIMAL.exec(only.text)) || [];
  if (others.length > 0 || whole + decimals === '') return undefined;
  const parts = 10 ** decimals.length;
  const of = Number(whole + decimals);
  return of <= parts ? { of, parts } : undefined;
}

/** The value at a place of a group's rows in their order, the first being 1. */
function itemAt(place: string): string {
  return `min(${SPREAD.item}) FILTER (WHERE ${SPREAD.upTo} >= ${place})`;
}

/** The value that DuckDB's quantile_disc takes. */
export function itemOf({ of, parts }: Share): string {
  return itemAt(placeOf({ of, parts }));
}

function placeOf({ of, parts }: Share): string {
  return `greatest(1, ${SPREAD.total} - ${SPREAD.total} * ${parts - of} // ${parts})`;
}

/** The same of a spread by buckets. The aggregate over this one alone gives the type that it has in DuckDB. */
export function approximateItemOf(share: Share): string {
  const place = placeOf(share);
  const isThere = `${SPREAD.upTo} >= ${place} AND ${SPREAD.upTo} - ${SPREAD.count} < ${place}`;
  return `approx_quantile(${SPREAD.item}, 0.5) FILTER (WHERE ${isThere})`;
}

/** The two values that a share of the rows lies between, as in DuckDB's quantile_cont, and how far it is from the lower one. */
export function itemsAround({ of, parts }: Share): { low: string; high: string; beyond: string } {
  const at = `((${SPREAD.total} - 1) * ${of / parts}::DOUBLE)`;
  return {
    low: itemAt(`floor(${at}) + 1`),
    high: itemAt(`ceil(${at}) + 1`),
    beyond: `any_value(${at} - floor(${at}))`,
  };
}

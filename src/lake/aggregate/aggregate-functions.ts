import { sqlOf, type SqlToken } from './sql-token';
import {
  approximateItemOf,
  approximateSpread,
  exactSpread,
  itemOf,
  itemsAround,
  readShare,
  type Share,
  type ValueSpread,
} from './value-spread';

/** A call of an aggregate function, its arguments resolved. */
export interface AggregateCall {
  /** In lower case. */
  name: string;
  distinct: boolean;
  /** Empty for `count(*)`. */
  args: SqlToken[][];
  /** The condition of FILTER (WHERE …). */
  filter: SqlToken[] | undefined;
}

/** A column of a table of partial states, one for each group and part of the rows. */
export interface PartialState {
  name: string;
  /** What makes it of rows. */
  partial: string;
  /** What makes one of many, of the columns of these. May name {@link PartialState.mean} columns of the whole group. */
  combine: string;
}

/** A mean over the parts of a group that deviations are summed about, by the name that `combine` calls it by. */
export interface GrandMean {
  name: string;
  /** The states with the count and the mean of each part. */
  count: string;
  mean: string;
}

/** An aggregate function, divided: states of parts, how they add up, and the value of the whole. */
export interface DividedAggregate {
  states: PartialState[];
  grandMeans: GrandMean[];
  /** The value, of the states of the whole. */
  value: string;
  /** Where the value depends on all values of the group. What is made of them has the name that was given to the aggregate. */
  spread?: ValueSpread;
}

type Divide = (call: AggregateCall, name: string) => DividedAggregate | undefined;

const ADDED: Record<string, string> = { sum: 'sum', min: 'min', max: 'max', any_value: 'any_value' };

const FUNCTIONS: Record<string, Divide> = {
  count: divideCount,
  sum: divideSimple,
  min: divideSimple,
  max: divideSimple,
  any_value: divideSimple,
  bool_and: divideSimple,
  bool_or: divideSimple,
  avg: divideMean,
  mean: divideMean,
  ...named(['arg_min', 'argmin', 'min_by'], (call, name) => divideExtreme(call, name, 'min')),
  ...named(['arg_max', 'argmax', 'max_by'], (call, name) => divideExtreme(call, name, 'max')),
  var_pop: (call, name) => divideVariance(call, name, 'pop', (variance) => variance),
  ...named(['var_samp', 'variance'], (call, name) => divideVariance(call, name, 'samp', (variance) => variance)),
  stddev_pop: (call, name) => divideVariance(call, name, 'pop', (variance) => `sqrt(${variance})`),
  ...named(['stddev', 'stddev_samp'], (call, name) =>
    divideVariance(call, name, 'samp', (variance) => `sqrt(${variance})`),
  ),
  covar_pop: divideBivariate,
  covar_samp: divideBivariate,
  corr: divideBivariate,
  regr_count: divideBivariate,
  regr_slope: divideBivariate,
  regr_intercept: divideBivariate,
  regr_r2: divideBivariate,
  median: divideMedian,
  quantile_cont: (call, name) => divideQuantile(call, name, betweenItems),
  ...named(['quantile_disc', 'quantile'], (call, name) => divideQuantile(call, name, itemOf)),
  approx_quantile: divideApproximateQuantile,
  // Exact, which is an approximation too.
  approx_count_distinct: divideDistinct,
};

function named(names: string[], divide: Divide): Record<string, Divide> {
  return Object.fromEntries(names.map((name) => [name, divide]));
}

/** Whether a function is an aggregate that {@link divideAggregate} knows. @param name in lower case */
export function isAggregateFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

/**
 * The states of an aggregate function that add up over any division of the rows; undefined where it is called in a way
 * that cannot be divided. Types are left to DuckDB: whoever runs it compares those of the two ways.
 * @param name what the names of its states begin with
 */
export function divideAggregate(call: AggregateCall, name: string): DividedAggregate | undefined {
  return FUNCTIONS[call.name]?.(call, name);
}

/** An aggregate function over rows, with the call's FILTER and, where given, another condition. */
function over(call: AggregateCall, expression: string, condition?: string): string {
  const conditions = [call.filter && `(${sqlOf(call.filter)})`, condition].filter((one) => one !== undefined);
  return conditions.length === 0 ? expression : `${expression} FILTER (WHERE ${conditions.join(' AND ')})`;
}

function oneArgument({ args, distinct }: AggregateCall): string | undefined {
  const [only] = args;
  return args.length === 1 && only !== undefined && !distinct ? sqlOf(only) : undefined;
}

function twoArguments({ args, distinct }: AggregateCall): [string, string] | undefined {
  const [first, second] = args;
  if (args.length !== 2 || first === undefined || second === undefined || distinct) return undefined;
  return [sqlOf(first), sqlOf(second)];
}

function countState(name: string, partial: string): PartialState {
  return { name, partial, combine: `coalesce(sum(${name}), 0)::BIGINT` };
}

function divideCount(call: AggregateCall, name: string): DividedAggregate | undefined {
  const [argument, ...others] = call.args;
  if (others.length > 0) return undefined;
  if (call.distinct) return divideDistinct(call, name);
  const state = countState(name, over(call, `count(${argument ? sqlOf(argument) : '*'})`));
  return { states: [state], grandMeans: [], value: name };
}

/** What depends on all values, exactly: there are as many rows of states as there are different ones. */
function divideExactly(call: AggregateCall, name: string, value: string | undefined): DividedAggregate | undefined {
  const [argument] = call.args;
  if (argument === undefined || value === undefined || call.distinct) return undefined;
  const spread = exactSpread(sqlOf(argument), call.filter && sqlOf(call.filter), value);
  return { states: [], grandMeans: [], value: name, spread };
}

function divideDistinct(call: AggregateCall, name: string): DividedAggregate | undefined {
  const divided = divideExactly({ ...call, distinct: false }, name, call.args.length === 1 ? 'count(*)' : undefined);
  return divided && { ...divided, value: `coalesce(${name}, 0)` };
}

/** DuckDB's own median of the two in the middle is of its type, whatever they are. */
function divideMedian(call: AggregateCall, name: string): DividedAggregate | undefined {
  const { low, high } = itemsAround({ of: 1, parts: 2 });
  return call.args.length === 1 ? divideExactly(call, name, `list_aggregate([${low}, ${high}], 'median')`) : undefined;
}

function divideQuantile(
  call: AggregateCall,
  name: string,
  how: (share: Share) => string,
): DividedAggregate | undefined {
  const share = readShare(call.args[1]);
  return call.args.length === 2 ? divideExactly(call, name, share && how(share)) : undefined;
}

function betweenItems(share: Share): string {
  const { low, high, beyond } = itemsAround(share);
  // Infinity cannot be multiplied by nothing.
  return `CASE WHEN ${beyond} = 0 THEN ${low} ELSE ${low} * (1 - ${beyond}) + ${high} * ${beyond} END`;
}

function divideApproximateQuantile(call: AggregateCall, name: string): DividedAggregate | undefined {
  const [argument, second, ...others] = call.args;
  const share = readShare(second);
  if (argument === undefined || share === undefined || others.length > 0 || call.distinct) return undefined;
  const spread = approximateSpread(sqlOf(argument), call.filter && sqlOf(call.filter), approximateItemOf(share));
  return { states: [], grandMeans: [], value: name, spread };
}

function divideSimple(call: AggregateCall, name: string): DividedAggregate | undefined {
  const argument = oneArgument({ ...call, distinct: call.distinct && call.name === 'sum' });
  if (argument === undefined) return undefined;
  const merge = ADDED[call.name] ?? call.name;
  const state = { name, partial: over(call, `${call.name}(${argument})`), combine: `${merge}(${name})` };
  return { states: [state], grandMeans: [], value: name };
}

function divideMean(call: AggregateCall, name: string): DividedAggregate | undefined {
  const argument = oneArgument(call);
  if (argument === undefined) return undefined;
  const count = countState(`${name}_n`, over(call, `count(${argument})`));
  const sum = { name: `${name}_sum`, partial: over(call, `sum(${argument})`), combine: `sum(${name}_sum)` };
  const value = `CASE WHEN ${count.name} > 0 THEN ${sum.name}::DOUBLE / ${count.name} END`;
  return { states: [count, sum], grandMeans: [], value };
}

/** The value where another is least or greatest; rows where either is NULL do not count, as in DuckDB. */
function divideExtreme(call: AggregateCall, name: string, end: 'min' | 'max'): DividedAggregate | undefined {
  const args = twoArguments(call);
  if (args === undefined) return undefined;
  const [wanted, by] = args;
  const value = {
    name,
    partial: over(call, `arg_${end}(${wanted}, ${by})`),
    combine: `arg_${end}(${name}, ${name}_by)`,
  };
  const key = {
    name: `${name}_by`,
    partial: over(call, `${end}(${by})`, `(${wanted}) IS NOT NULL`),
    combine: `${end}(${name}_by)`,
  };
  return { states: [value, key], grandMeans: [], value: name };
}

/** DuckDB refuses moments that are not finite; so does the merged form, where a part alone was still finite. */
function finite(value: string, what: string): string {
  return `CASE WHEN isfinite(${value}) THEN ${value} ELSE error('Out of Range Error: ${what} is out of range!')::DOUBLE END`;
}

/**
 * Count, mean and sum of squared deviations of each part. They merge without cancellation: the deviations of the whole are
 * those within the parts and those of the parts' means (Chan, Golub and LeVeque 1979, Updating Formulae and a Pairwise
 * Algorithm for Computing Sample Variances).
 */
function divideVariance(
  call: AggregateCall,
  name: string,
  kind: 'pop' | 'samp',
  finish: (variance: string) => string,
): DividedAggregate | undefined {
  const argument = oneArgument(call);
  if (argument === undefined) return undefined;
  const [n, mean, squares, grand] = [`${name}_n`, `${name}_mean`, `${name}_m2`, `${name}_grand`];
  const states = [
    countState(n, over(call, `count(${argument})`)),
    { name: mean, partial: over(call, `favg(${argument})`), combine: `any_value(${grand})` },
    {
      name: squares,
      partial: `${over(call, `var_pop(${argument})`)} * ${over(call, `count(${argument})`)}`,
      combine: deviations(squares, n, [mean, grand], [mean, grand]),
    },
  ];
  const what = `${finish('').startsWith('sqrt') ? 'STDDEV' : 'VAR'}_${kind.toUpperCase()}`;
  const variance = finish(kind === 'pop' ? `${squares} / ${n}` : `${squares} / (${n} - 1)`);
  const least = kind === 'pop' ? 0 : 1;
  // The deviation of a single value is 0, be it NaN.
  const single = kind === 'pop' ? `WHEN ${n} = 1 THEN 0.0::DOUBLE ` : '';
  return {
    states,
    grandMeans: [{ name: grand, count: n, mean }],
    value: `CASE WHEN ${n} <= ${least} THEN NULL ${single}ELSE ${finite(variance, what)} END`,
  };
}

/**
 * The sum of products of deviations of a whole, from those of its parts and their means. Means that differ by no more than
 * rounding are one: what is constant in all parts then has no deviation at all, on which the regr_ functions decide.
 */
function deviations(within: string, n: string, one: [string, string], other: [string, string]): string {
  const isSame = ([mean, grand]: [string, string]) =>
    `(isfinite(${grand}) AND abs(${mean} - ${grand}) <= abs(${grand}) * 1e-15)`;
  const product = `${n} * (${one[0]} - ${one[1]}) * (${other[0]} - ${other[1]})`;
  return `sum(${within}) + coalesce(sum(CASE WHEN ${isSame(one)} OR ${isSame(other)} THEN 0.0::DOUBLE ELSE ${product} END), 0.0)`;
}

const BIVARIATE_MOMENTS: Record<string, ('xx' | 'yy' | 'xy')[]> = {
  covar_pop: ['xy'],
  covar_samp: ['xy'],
  regr_count: [],
  regr_slope: ['xx', 'xy'],
  regr_intercept: ['xx', 'xy'],
};

/** Pairs (y, x) in the order of SQL's regr_ functions, of which those with a NULL do not count. */
function divideBivariate(call: AggregateCall, name: string): DividedAggregate | undefined {
  const args = twoArguments(call);
  if (args === undefined) return undefined;
  const [first, second] = args;
  const pairs = (what: string) => over(call, `${what}(${first}, ${second})`);
  const n = `${name}_n`;
  const means = {
    x: {
      names: [`${name}_x`, `${name}_grand_x`] as [string, string],
      partial: over(call, `favg(${second})`, `(${first}) IS NOT NULL`),
    },
    y: {
      names: [`${name}_y`, `${name}_grand_y`] as [string, string],
      partial: over(call, `favg(${first})`, `(${second}) IS NOT NULL`),
    },
  };
  const moments = BIVARIATE_MOMENTS[call.name] ?? ['xx', 'yy', 'xy'];
  const used = moments.length === 0 ? [] : [means.x, means.y];
  const sides = { xx: [means.x, means.x], yy: [means.y, means.y], xy: [means.x, means.y] } as const;
  const states = [
    countState(n, over(call, `count(${first})`, `(${second}) IS NOT NULL`)),
    ...used.map(({ names: [mean, grand], partial }) => ({ name: mean, partial, combine: `any_value(${grand})` })),
    ...moments.map((moment) => {
      const [one, other] = sides[moment];
      const state = `${name}_${moment}`;
      return { name: state, partial: pairs(`regr_s${moment}`), combine: deviations(state, n, one.names, other.names) };
    }),
  ];
  const grandMeans = used.map(({ names: [mean, grand] }) => ({ name: grand, count: n, mean }));
  return { states, grandMeans, value: bivariateValue(call.name, name) };
}

/** As DuckDB's own functions answer, for no spread at all too. */
function bivariateValue(what: string, name: string): string {
  const [n, x, y, xx, yy, xy] = ['n', 'x', 'y', 'xx', 'yy', 'xy'].map((part) => `${name}_${part}`);
  const some = (value: string) => `CASE WHEN ${n} > 0 THEN ${value} END`;
  const slope = `CASE WHEN ${n} = 1 OR ${xx} = 0 THEN 'nan'::DOUBLE ELSE ${xy} / (${finite(`${xx}`, 'VARPOP')}) END`;
  switch (what) {
    case 'regr_count':
      return `${n}::UINTEGER`;
    case 'covar_pop':
      return some(`${xy} / ${n}`);
    case 'covar_samp':
      return `CASE WHEN ${n} > 1 THEN ${xy} / (${n} - 1) END`;
    case 'regr_slope':
      return some(slope);
    case 'regr_intercept':
      return `CASE WHEN ${n} > 0 AND NOT isnan(${slope}) THEN ${y} - (${slope}) * ${x} END`;
    case 'regr_r2':
      return `CASE WHEN ${n} < 2 OR ${xx} = 0 THEN NULL WHEN ${yy} = 0 AND isfinite(${xx}) THEN 1.0::DOUBLE ELSE ${finite(`(${xy} * ${xy} / ${xx} / ${yy})`, 'REGR_R2')} END`;
    default:
      return `CASE WHEN ${n} = 0 THEN NULL WHEN ${n} = 1 OR ${xx} = 0 OR ${yy} = 0 THEN 'nan'::DOUBLE ELSE ${finite(`(${xy} / sqrt(${xx}) / sqrt(${yy}))`, 'CORR')} END`;
  }
}

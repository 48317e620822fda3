/**
 * Functions of one row that always give the same for the same: they may stand in the conditions, groups and arguments
 * of a query that is answered in parts. What is not here, the part-wise way leaves alone.
 */
const SCALAR_FUNCTIONS = new Set([
  ...['date_trunc', 'date_part', 'time_bucket', 'strftime', 'extract', 'make_date', 'make_timestamp', 'last_day'],
  ...['year', 'month', 'day', 'hour', 'minute', 'second', 'quarter', 'week', 'weekofyear', 'dayofyear', 'dayofweek'],
  ...['dayofmonth', 'isodow', 'isoyear', 'weekday', 'yearweek', 'dayname', 'monthname', 'decade', 'century'],
  ...['epoch', 'epoch_ms', 'epoch_us', 'microsecond', 'millisecond', 'date_diff', 'datediff', 'date_sub', 'date_add'],
  ...['to_days', 'to_hours', 'to_minutes', 'to_seconds', 'to_months', 'to_years', 'to_milliseconds', 'to_microseconds'],
  ...['abs', 'round', 'floor', 'ceil', 'ceiling', 'trunc', 'sign', 'sqrt', 'cbrt', 'exp', 'ln', 'log', 'log10', 'log2'],
  ...['pow', 'power', 'mod', 'pi', 'degrees', 'radians', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'cot'],
  ...['isnan', 'isfinite', 'isinf', 'greatest', 'least', 'coalesce', 'nullif', 'ifnull', 'if', 'even'],
  ...['lower', 'upper', 'length', 'strlen', 'substr', 'substring', 'concat', 'trim', 'ltrim', 'rtrim', 'replace'],
  ...['starts_with', 'prefix', 'suffix', 'contains', 'split_part', 'lpad', 'rpad', 'regexp_matches', 'repeat', 'hash'],
]);

/** @param name in lower case */
export function isScalarFunction(name: string): boolean {
  return SCALAR_FUNCTIONS.has(name);
}

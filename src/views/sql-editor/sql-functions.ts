/** A function that the editor offers: how it is called, and what it gives. */
export interface SqlFunction {
  name: string;
  parameters: string;
  about: string;
}

/** `name(parameters) what it gives`, a line each: what questions of sensor data are made of, out of DuckDB's many. */
const LIST = `
count(*) Number of rows; with a column, of those that are not NULL
avg(x) Mean, NULLs left out
sum(x) Sum
min(x) Least value
max(x) Greatest value
median(x) Middle value
mode(x) Most frequent value
quantile_cont(x, 0.95) Quantile between 0 and 1, interpolated; a list of shares gives a list
quantile_disc(x, 0.95) Quantile that is one of the values
approx_quantile(x, 0.95) Quantile by t-digest: fast, approximate
approx_count_distinct(x) Number of different values, approximate
mad(x) Median absolute deviation from the median
stddev_samp(x) Standard deviation of a sample (n − 1)
stddev_pop(x) Standard deviation of a whole (n)
var_samp(x) Variance of a sample (n − 1)
skewness(x) Skewness of a sample
kurtosis(x) Excess kurtosis of a sample
corr(y, x) Pearson correlation of pairs without NULL
covar_samp(y, x) Covariance of a sample
regr_slope(y, x) Slope of the least-squares line, y on x
regr_intercept(y, x) Intercept of the least-squares line
regr_r2(y, x) Share of variance that the line explains
regr_count(y, x) Pairs without NULL
arg_min(value, by) Value of the row where “by” is least
arg_max(value, by) Value of the row where “by” is greatest
first(x) Value of the first row
last(x) Value of the last row
any_value(x) A value that is not NULL
bool_and(x) Whether all are true
bool_or(x) Whether any is true
histogram(x) Map from each value to its count
list(x) All values as a list
string_agg(x, ', ') Texts joined
lag(x) Value of the row before; needs OVER (ORDER BY …)
lead(x) Value of the row behind; needs OVER (ORDER BY …)
row_number() Number of the row; needs OVER (…)
rank() Rank with gaps; needs OVER (ORDER BY …)
ntile(4) Which of n equal parts; needs OVER (ORDER BY …)
first_value(x) Value of the window’s first row; needs OVER (…)
last_value(x) Value of the window’s last row; needs OVER (…)
date_trunc('day', time) Time cut down to hour, day, week, month, year …
time_bucket(INTERVAL '15 minutes', time) Beginning of the step of any length that a time falls in
date_part('hour', time) Part of a time: year, month, day, hour, doy, dow …
date_diff('minute', before, after) Boundaries of a unit between two times
epoch(time) Seconds since 1970-01-01 UTC
epoch_ms(time) Milliseconds since 1970-01-01 UTC
make_timestamp(2012, 1, 31, 6, 0, 0) Time from its parts
strftime(time, '%Y-%m') Time as text in a format
strptime(text, '%d/%m/%Y') Text in a format as time
year(time) Year
month(time) Month, 1 to 12
day(time) Day of the month
hour(time) Hour, 0 to 23
dayofyear(time) Day of the year, from 1
last_day(time) Last day of the month
range(0, 10) List or table of numbers, or of times with an interval
generate_series(0, 10) As range, the end included
unnest(list) A row for each item of a list
abs(x) Size without sign
round(x, 2) Rounded to decimals
floor(x) Next whole number below
ceil(x) Next whole number above
sqrt(x) Square root
power(x, y) x to the power of y
exp(x) e to the power of x
ln(x) Natural logarithm
log10(x) Decimal logarithm
sin(x) Sine of radians
cos(x) Cosine of radians
atan2(y, x) Angle of a vector, in radians
radians(x) Degrees as radians
degrees(x) Radians as degrees
greatest(a, b) Greatest of several values
least(a, b) Least of several values
isnan(x) Whether a number is NaN
isfinite(x) Whether a number or time is finite
coalesce(a, b) First value that is not NULL
nullif(a, b) NULL where both are the same
ifnull(a, b) The second where the first is NULL
try_cast(x AS DOUBLE) Value in another type, NULL where that cannot be
list_contains(list, x) Whether a list holds a value
len(x) Length of a text or list
lower(x) Text in small letters
upper(x) Text in capitals
regexp_matches(text, 'pattern') Whether a text holds a pattern
regexp_extract(text, '(\\d+)', 1) Part of a text that a pattern finds
split_part(text, '-', 1) Part of a text between separators
replace(text, 'a', 'b') Text with parts exchanged
concat(a, b) Values joined as text
format('{:.2f}', x) Text from a template
read_parquet('s3://…/*.parquet') Table of Parquet files at an address, pruned like a lake
`;

/** The functions that completion offers. */
export const SQL_FUNCTIONS: readonly SqlFunction[] = LIST.trim()
  .split('\n')
  .flatMap((line) => {
    const [, name, parameters, about] = /^(\w+)\((.*?)\) (?=[^,)])(.+)$/.exec(line) ?? [];
    return name === undefined || parameters === undefined || about === undefined ? [] : [{ name, parameters, about }];
  });

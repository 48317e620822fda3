/** Conditions that are about several columns, about what becomes of one, or about what is not there. */
export const ODD_CONDITIONS = [
  "(n, name) IN ((1, 'a'), (3, 'b'), (5, NULL))",
  "(n, name) >= (3, 'b')",
  "CASE WHEN n > 3 THEN v > 1 ELSE name = 'a' END",
  "CASE n WHEN 1 THEN 'a' WHEN 3 THEN 'b' END = 'a'",
  "name LIKE '100!%' ESCAPE '!'",
  "name NOT LIKE 'a%'",
  "name ILIKE 'A'",
  "name SIMILAR TO 'a|b.*'",
  "starts_with(name, 'b')",
  "contains('abc', name)",
  "name || '' = 'a'",
  'n IS DISTINCT FROM 3',
  'v IS NOT DISTINCT FROM NULL',
  'v IS NOT DISTINCT FROM 1.0::DOUBLE',
  'n = ANY([1, 3])',
  'n <> ALL([1, 3])',
  'n IN (SELECT unnest([1, 5]))',
  '(n > 3) IS NOT TRUE',
  '(n > 3) = (v > 1)',
  '(n > 3) <> (f > 1)',
  "nullif(name, 'a') IS NULL",
  'greatest(v, n) > 3',
  'try_cast(name AS INTEGER) = 5',
  "n::VARCHAR > '3'",
  '-n < -3',
  'n + 1 BETWEEN 2 AND 4',
  'v = f',
  'extract(day FROM time) = 28',
  'year(time) = 2025 AND month(time) = 1',
  "strftime(time, '%Y-%m') = '2024-12'",
  "time + INTERVAL 5 HOUR > TIMESTAMP '2025-01-01'",
  "TIMESTAMP '2025-01-03' - time BETWEEN INTERVAL 1 DAY AND INTERVAL 3 DAY",
  "date_trunc('week', time) <= DATE '2024-12-30'",
  "time_bucket(INTERVAL 2 DAY, time) = TIMESTAMP '2025-01-01'",
  'epoch_ms(time) < 1735700000000',
  "time::TIME >= TIME '05:00:00'",
  "time > TIMESTAMP_NS '2025-01-02 00:00:00.000000001'",
  "time < 'infinity'::TIMESTAMP",
];

/** Queries around a condition over the table `lake`, with the columns time, v, f, n and name. */
export const QUERY_SHAPES: ((condition: string) => string)[] = [
  (condition) => `SELECT * EXCLUDE (f) FROM lake WHERE ${condition}`,
  (condition) => `SELECT count(*), min(time) FROM lake WHERE ${condition}`,
  () =>
    `SELECT * FROM (SELECT name AS v, v AS name, f AS n, n AS f, time FROM lake)
     WHERE (v = 'a' OR name > 3 OR f IN (1, 5)) AND f < 4.0::DOUBLE AND coalesce(n, 1) >= 0.1::DOUBLE`,
  () =>
    `SELECT * FROM (SELECT v, f, name FROM lake UNION ALL SELECT f, v, 'x' FROM lake WHERE n = 3)
     WHERE v IN (1, 5, 10.5) OR f = 3`,
  (condition) =>
    `WITH c AS (SELECT * FROM lake WHERE ${condition}) SELECT a.n, count(*) FROM c a JOIN c b USING (n) WHERE a.v > 0 GROUP BY ALL`,
  (condition) =>
    `SELECT time, n FROM lake WHERE ${condition} UNION ALL SELECT time, f FROM lake WHERE n = 5 AND name = 'a'`,
  (condition) => `SELECT n FROM lake WHERE n > (SELECT min(n) FROM lake WHERE ${condition})`,
  (condition) =>
    `SELECT a.n FROM lake a LEFT JOIN lake b ON a.time = b.time AND b.n = 5 WHERE (${condition.replaceAll(/\b(time|v|f|n|name|station|date|year|month|day|hour)\b(?!\s*\(|')/gi, 'a.$1')}) AND b.v IS NULL`,
  (condition) => `SELECT n AS v, max(v) AS n FROM lake WHERE ${condition} GROUP BY n HAVING max(v) > 1 OR n = 3`,
  (condition) =>
    `SELECT * FROM (SELECT n, row_number() OVER (PARTITION BY n ORDER BY time, v, f, name) AS r FROM lake WHERE ${condition}) WHERE n IN (1, 5) AND r = 1`,
];

import type { Analysis, AnalysisInput, AnalysisStatements } from './analysis';
import { findSalinity, findTemperature } from './find-variable';
import { whereSelection } from './selection';
import { sqlName, timestampLiteral } from './sql-text';

/** A decimal literal: DuckDB reads `4.0` as the number four, and the statement says that it is not a count. */
function numberLiteral(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function buildStatements({ selection, roles, columns, parameters }: AnalysisInput): AnalysisStatements {
  const temperature = findTemperature(columns)?.name ?? 'temperature';
  const salinity = findSalinity(columns)?.name;
  const time = sqlName(roles.time);
  const device = sqlName(roles.device ?? 'device_id');
  const depth = roles.depth === undefined ? undefined : sqlName(roles.depth);
  const read = [roles.time, roles.device, roles.depth, temperature, salinity].filter((name) => name !== undefined);
  const body = [
    "-- Time is UTC. In native DuckDB, first: SET TimeZone = 'UTC';",
    'WITH observations AS (',
    `  SELECT ${read.map(sqlName).join(', ')}`,
    '  FROM lake',
    whereSelection(selection, roles, '  '),
    '), sampling AS (',
    '  -- The usual step between two readings of a device, in seconds, tells how many a full month would hold.',
    `  SELECT ${device}, median(step) AS step`,
    '  FROM (',
    `    SELECT ${device}, epoch(${time}) - epoch(lag(${time}) OVER (PARTITION BY ${device} ORDER BY ${time})) AS step`,
    '    FROM observations',
    '  ) AS steps',
    `  GROUP BY ${device}`,
    ')',
    'SELECT',
    `  ${device},`,
    `  date_trunc('month', ${time}) AS month,`,
    `  avg(${sqlName(temperature)}) AS avg_temp,`,
    ...(salinity === undefined ? [] : [`  avg(${sqlName(salinity)}) AS avg_salinity,`]),
    ...(depth === undefined ? [] : [`  avg(${depth}) AS avg_depth,`]),
    `  count(${sqlName(temperature)}) AS n,`,
    '  CAST(round((',
    `    epoch(least(date_trunc('month', min(${time})) + INTERVAL 1 MONTH, ${timestampLiteral(selection.to)}))`,
    `    - epoch(greatest(date_trunc('month', min(${time})), ${timestampLiteral(selection.from)}))`,
    '  ) / any_value(step)) AS BIGINT) AS expected',
    `FROM observations JOIN sampling USING (${device})`,
    `GROUP BY ${device}, month`,
  ];
  const order = `ORDER BY month DESC, ${device}`;
  return {
    answer: [...body, `HAVING avg_temp < ${numberLiteral(parameters.threshold ?? THRESHOLD.defaultValue)}`, order].join(
      '\n',
    ),
    picture: [...body, order].join('\n'),
  };
}

const THRESHOLD = {
  name: 'threshold',
  label: 'Cold threshold',
  unit: 'degC',
  defaultValue: 4,
  min: -3,
  max: 40,
  step: 0.1,
};

/** Monthly mean temperature and salinity of each device, and the months whose mean is colder than a threshold. */
export const monthlyMeans: Analysis = {
  id: 'monthly-means',
  title: 'Monthly means and cold months',
  question: 'In which months, and at which devices, was the mean temperature below the threshold?',
  method: [
    'The mean of all readings of a device in a calendar month (UTC), each reading weighing the same. The table lists the months whose mean temperature is below the threshold, newest first; the picture shows all of them and marks those.',
    'Coverage is n, the readings with a temperature, against the number expected if the device had read at its usual (median) step throughout the part of the month inside the window. A mean over a small share of a month stands for those days only.',
    'Readings flagged as fail count too, unless the page hides those of its variable; no trend is removed. A month colder than a fixed threshold says where the water is cold; whether it is colder than usual takes a climatology of the same place and depth.',
  ],
  parameters: [THRESHOLD],
  missing(columns, roles) {
    if (roles.device === undefined) return 'This lake has no column that names the device.';
    if (findTemperature(columns) === undefined) return 'This lake has no temperature variable.';
    return undefined;
  },
  statements: buildStatements,
  drawing({ roles, columns }) {
    const salinity = findSalinity(columns);
    return {
      kind: 'month-grid',
      month: 'month',
      row: roles.device ?? 'device_id',
      panels: [
        {
          value: 'avg_temp',
          title: 'Mean temperature',
          unit: findTemperature(columns)?.unit ?? 'degC',
          markBelow: THRESHOLD.name,
        },
        ...(salinity === undefined
          ? []
          : [{ value: 'avg_salinity', title: 'Mean salinity', unit: salinity.unit ?? '1' }]),
      ],
      count: 'n',
      expected: 'expected',
    };
  },
};

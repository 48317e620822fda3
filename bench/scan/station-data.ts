import { createHash } from 'node:crypto';

/** Seconds between two observations of a station. */
export const SAMPLE_SECONDS = 5;
/** Rows of one station-day. */
export const ROWS_PER_DAY = 86_400 / SAMPLE_SECONDS;
/** Rows of one 15-minute file. */
export const ROWS_PER_QUARTER_HOUR = 900 / SAMPLE_SECONDS;

/** The 20 columns of an air station, in file order: name and DuckDB type of each. */
export const STATION_COLUMNS = [
  ['timestamp', 'TIMESTAMPTZ'],
  ['temperature', 'FLOAT'],
  ['raw_temperature', 'FLOAT'],
  ['humidity', 'FLOAT'],
  ['raw_humidity', 'FLOAT'],
  ['dew_point', 'FLOAT'],
  ['pressure', 'FLOAT'],
  ['oxidised', 'FLOAT'],
  ['reducing', 'FLOAT'],
  ['nh3', 'FLOAT'],
  ['lux', 'FLOAT'],
  ['proximity', 'FLOAT'],
  ['pm1', 'FLOAT'],
  ['pm2_5', 'FLOAT'],
  ['pm10', 'FLOAT'],
  ['co2', 'FLOAT'],
  ['noise_low', 'FLOAT'],
  ['noise_high', 'FLOAT'],
  ['rssi', 'SMALLINT'],
  ['firmware_version', 'VARCHAR'],
] as const;

/** Mean, daily amplitude and noise of a variable. */
type Shape = readonly [mean: number, amplitude: number, noise: number];

const OTHER_SHAPE: Shape = [50, 20, 10];
const SHAPES: Record<string, Shape> = {
  temperature: [14, 6, 0.4],
  raw_temperature: [19, 6, 0.4],
  humidity: [60, 15, 1],
  raw_humidity: [48, 12, 1],
  dew_point: [7, 2, 0.3],
  pressure: [1009, 3, 0.2],
};

/** Ids of stations, as UUIDs in ascending order: the same count always gives the same ids. */
export function stationIds(count: number): string[] {
  return Array.from({ length: count }, (_, number) => uuidOf(`station ${number}`)).sort();
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/**
 * SQL for the rows of one station-day: a daily wave and noise per variable, fixed by station number and time alone, so
 * that 15-minute files and their compaction hold the same values.
 * @param dayStartMs UTC milliseconds
 * @param columns names out of {@link STATION_COLUMNS}
 */
export function stationDaySql(stationNumber: number, dayStartMs: number, columns: readonly string[]): string {
  const epochSeconds = dayStartMs / 1000;
  const expressions = columns.map((column) => `${columnSql(column, stationNumber)} AS "${column}"`);
  return (
    `SELECT ${expressions.join(', ')} FROM ` +
    `(SELECT ${epochSeconds} + i * ${SAMPLE_SECONDS} AS second FROM range(${ROWS_PER_DAY}) r(i)) ORDER BY second`
  );
}

function columnSql(column: string, stationNumber: number): string {
  if (column === 'timestamp') return 'to_timestamp(second)';
  if (column === 'firmware_version') return `'2.${stationNumber % 3}.1'`;
  const seed = STATION_COLUMNS.findIndex(([name]) => name === column) * 1009 + stationNumber * 7919;
  // Knuth's multiplicative hash: noise that any version of any engine computes alike.
  const noise = `(second * ${2654435761 + 2 * seed} % 4294967296 / 4294967296.0 - 0.5)`;
  if (column === 'rssi') return `CAST(-70 + 20 * ${noise} AS SMALLINT)`;
  const [mean, amplitude, spread] = SHAPES[column] ?? OTHER_SHAPE;
  const wave = `${amplitude} * sin(2 * pi() * (second % 86400) / 86400 + ${stationNumber})`;
  return `CAST(round(${mean} + ${wave} + ${spread} * ${noise}, 2) AS FLOAT)`;
}

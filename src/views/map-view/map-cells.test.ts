import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { ColumnDescription } from '@tidelake/lake-format';
import { latLngToCell } from 'h3-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coarsenesses, mapCellsSql, type MapQuestion } from '../../queries/map-cells';
import type { RoleColumns } from '../../queries/selection';
import { timeBins } from '../../queries/time-bins';
import { hexagonGrid } from '../../stats/hexagons';
import type { QueryResult, ResultColumn } from '../../workers/protocol';
import { readMapCells } from './map-cells';
import { byEntry, bySite, mapFrames } from './map-frames';
import { entryPlaces, sitePlaces } from './site-places';
import { STATISTICS } from './statistic';
import { zoneSeries } from './zone-series';
import { readZones } from './zones';

const FROM = Date.UTC(2024, 2, 1);
const DAYS = 20;
const COLUMNS: ColumnDescription[] = [
  { name: 'value', type: 'double', role: 'variable' },
  { name: 'value_qc', type: 'integer', role: 'flag' },
];
const ROLES: RoleColumns = {
  time: 'time',
  station: 'station',
  device: 'device',
  position: { longitude: 'lon', latitude: 'lat' },
};
const bins = timeBins(FROM, FROM + DAYS * 86_400_000);
const question: MapQuestion = {
  ...{ from: FROM, to: FROM + DAYS * 86_400_000 },
  ...{ variable: 'value', bins, hidesFailed: false },
};

let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create()).connect();
  // Stations a and b drift over the antimeridian and by the pole, c stands still; some values are missing or no numbers.
  await connection.run(`CREATE TABLE lake AS SELECT chr(97 + (i % 3)::INTEGER) AS station, 'd' || (i % 2) AS device,
      TIMESTAMP '2024-03-01' + to_minutes((i * 7)::BIGINT) AS time,
      CASE i % 3 WHEN 0 THEN (170 + i / 150.0 + 540) % 360 - 180 WHEN 1 THEN (i * 37 % 360) - 180 ELSE 12.5 END AS lon,
      CASE i % 3 WHEN 0 THEN -20 + i / 400.0 WHEN 1 THEN 89.5 - i % 40 / 10.0 ELSE 47.5 END AS lat,
      CASE WHEN i % 11 = 0 THEN NULL WHEN i % 13 = 0 THEN 'NaN'::DOUBLE ELSE sin(i) * 10 END AS value,
      CASE WHEN i % 11 = 0 THEN 9 WHEN i % 7 = 0 THEN 4 WHEN i % 5 = 0 THEN 3 WHEN i % 17 = 0 THEN 2 ELSE 1 END::INTEGER AS value_qc
    FROM range(4000) t(i)`);
});
afterAll(() => connection.closeSync());

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

/** The rows of native DuckDB as the page gets its answers. */
function resultOf(rows: Record<string, unknown>[]): QueryResult {
  const columns = Object.keys(rows[0] ?? {}).map((name): ResultColumn => {
    const cells = rows.map((row) => row[name]);
    const valid = Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));
    if (['station', 'platform', 'cell'].includes(name)) {
      return { name, sqlType: 'VARCHAR', valid, kind: 'text', values: cells.map(String) };
    }
    const isTime = /time|bin/.test(name);
    return {
      name,
      sqlType: isTime ? 'TIMESTAMP' : 'DOUBLE',
      valid,
      kind: isTime ? 'timestamp' : 'number',
      values: Float64Array.from(cells, (cell) => (isTime ? Date.parse(`${String(cell)}Z`) : Number(cell))),
    };
  });
  return { columns, rowCount: rows.length, receipt: {} as QueryResult['receipt'] };
}

const readCells = async (roles = ROLES, more: Partial<MapQuestion> = {}) =>
  readMapCells(resultOf(await rowsOf(mapCellsSql({ ...question, ...more }, roles, COLUMNS))), bins, [
    { id: 'c', name: 'Mooring', longitude: 12.4, latitude: 47.4, devices: [] },
    { id: 'silent', devices: [] },
  ]);

const GOOD = 'value IS NOT NULL AND NOT isnan(value)';
const TRUTH: Record<(typeof STATISTICS)[number], string> = {
  mean: `avg(value) FILTER (${GOOD})`,
  minimum: `min(value) FILTER (${GOOD})`,
  maximum: `max(value) FILTER (${GOOD})`,
  last: `arg_max(value, time) FILTER (${GOOD})`,
  count: `count(*) FILTER (${GOOD})`,
  flagged: '100.0 * count(*) FILTER (value_qc IN (3, 4)) / count(*) FILTER (value_qc IN (1, 3, 4))',
  anomaly: `avg(value) FILTER (${GOOD}) - avg(avg(value) FILTER (${GOOD})) OVER ()`,
};

describe('the map’s statistics', () => {
  it('of stations are those of native DuckDB, in the whole window and in each bin, with and without positions', async () => {
    for (const roles of [ROLES, { time: 'time', station: 'station' }]) {
      const cells = await readCells(roles);
      expect(cells.sites.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'silent']);
      for (const statistic of STATISTICS) {
        const frames = mapFrames(cells, bySite(cells), statistic, bins.starts.length);
        const whole = await rowsOf(`SELECT station, ${TRUTH[statistic]} AS truth FROM lake GROUP BY station`);
        for (const { station, truth } of whole) {
          const site = cells.sites.findIndex(({ id }) => id === station);
          expect(frames.whole.values[site], `${statistic} of ${String(station)}`).toBeCloseTo(Number(truth), 9);
        }
        const [bin = 0] = [7];
        const start = new Date(bins.starts[bin] ?? 0).toISOString().slice(0, 19);
        const inBin = await rowsOf(
          `SELECT station, ${TRUTH[statistic]} AS truth FROM lake
            WHERE time_bucket(INTERVAL '${bins.interval}', time) = TIMESTAMP '${start}' GROUP BY station`,
        );
        expect(inBin.length).toBeGreaterThan(0);
        for (const { station, truth } of inBin) {
          const site = cells.sites.findIndex(({ id }) => id === station);
          expect(frames.at(bin).values[site]).toBeCloseTo(Number(truth), 9);
        }
      }
    }
  });

  it('count in hexagons what H3 counts over the raw rows', async () => {
    const cells = await readCells();
    const raw = await rowsOf(`SELECT lon, lat FROM lake WHERE ${GOOD}`);
    const { longitude, latitude } = entryPlaces(cells);
    for (const resolution of [0, 2, 4, 7]) {
      const counted = new Map<string, number>();
      for (const { lon, lat } of raw) {
        const id = latLngToCell(Number(lat), Number(lon), resolution);
        counted.set(id, (counted.get(id) ?? 0) + 1);
      }
      const grid = hexagonGrid(longitude, latitude, resolution);
      const { whole } = mapFrames(
        cells,
        { groupOf: grid.cellOf, groups: grid.ids.length },
        'count',
        bins.starts.length,
      );
      const shown = new Map(
        grid.ids.flatMap((id, cell) => ((whole.count[cell] ?? 0) > 0 ? [[id, whole.count[cell]]] : [])),
      );
      expect(shown).toEqual(counted);
    }
  });

  it('of a zone are those of native DuckDB in each bin, over the antimeridian too', async () => {
    const cells = await readCells();
    const [zone] = readZones(
      JSON.stringify({
        type: 'Polygon',
        coordinates: [
          [
            [172.003, -25],
            [-177.997, -25],
            [-177.997, -12],
            [172.003, -12],
            [172.003, -25],
          ],
        ],
      }),
    ).features;
    if (!zone) throw new Error('there is no zone');
    const input = { cells, bins, step: undefined, variable: 'Sea', unit: '°C', chosen: [] };
    const truth = await rowsOf(`SELECT time_bucket(INTERVAL '${bins.interval}', time) AS bin, ${TRUTH.mean} AS mean,
        ${TRUTH.minimum} AS least, count(*) FILTER (${GOOD}) AS n
      FROM lake WHERE (lon >= 172.003 OR lon <= -177.997) AND lat BETWEEN -25 AND -12 GROUP BY bin ORDER BY bin`);
    const drawn = zoneSeries({ ...input, statistic: 'anomaly' }, zone);
    const counted = zoneSeries({ ...input, statistic: 'count' }, zone);
    expect(drawn.axes.left.label).toBe('Mean, sea (°C)');
    expect(truth.length).toBeGreaterThan(5);
    const values = drawn.series[0]?.values ?? new Float64Array();
    expect(values.filter((value) => !Number.isNaN(value))).toHaveLength(truth.length);
    for (const { bin, mean, least, n } of truth) {
      const at = bins.starts.indexOf(Date.parse(`${String(bin)}Z`));
      expect(values[at]).toBeCloseTo(Number(mean), 9);
      expect(drawn.bands[0]?.low[at]).toBeCloseTo(Number(least), 9);
      expect(counted.series[0]?.values[at]).toBe(Number(n));
    }
  });

  it('of positions that are rounded count the same readings', async () => {
    const [exact, coarse] = [await readCells(), await readCells(ROLES, { coarseness: { decimals: 0 } })];
    expect(coarse.length).toBeLessThan(exact.length);
    const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
    expect(total(coarse.count)).toBe(total(exact.count));
  });
});

it('leaves failed readings out where that is wanted, though not out of the share of flagged ones', async () => {
  const cells = await readCells(ROLES, { hidesFailed: true });
  for (const statistic of ['mean', 'count', 'flagged'] as const) {
    const { whole } = mapFrames(cells, bySite(cells), statistic, bins.starts.length);
    const truth = TRUTH[statistic].replaceAll(GOOD, `${GOOD} AND value_qc <> 4`);
    for (const { station, truth: wanted } of await rowsOf(
      `SELECT station, ${truth} AS truth FROM lake GROUP BY station`,
    )) {
      const site = cells.sites.findIndex(({ id }) => id === station);
      expect(whole.values[site], `${statistic} of ${String(station)}`).toBeCloseTo(Number(wanted), 9);
    }
  }
});

describe('positions taken together by the lake’s own H3 cells', () => {
  it('count in hexagons of their resolution what H3 counts over the raw rows, from fewer entries', async () => {
    const resolution = 3;
    const places = await rowsOf('SELECT DISTINCT lon, lat FROM lake');
    const cells = places.map(
      ({ lon, lat }) => `(${lon}, ${lat}, '${latLngToCell(Number(lat), Number(lon), resolution)}')`,
    );
    await connection.run('CREATE TABLE bare AS FROM lake');
    await connection.run('DROP TABLE lake');
    await connection.run(`CREATE TABLE lake AS SELECT bare.*, h3_cell FROM bare
      JOIN (VALUES ${cells.join(', ')}) AS cells(lon, lat, h3_cell) ON bare.lon = cells.lon AND bare.lat = cells.lat`);
    const [exact, coarse] = [await readCells(), await readCells(ROLES, { coarseness: { cellColumn: 'h3_cell' } })];
    expect(coarse.cellResolution).toBe(resolution);
    expect(coarse.length).toBeLessThan(exact.length);
    const truth = await rowsOf(`SELECT h3_cell, count(*)::INTEGER AS n FROM lake WHERE ${GOOD} GROUP BY h3_cell`);
    const { longitude, latitude } = entryPlaces(coarse);
    const grid = hexagonGrid(longitude, latitude, resolution);
    const groups = { groupOf: grid.cellOf, groups: grid.ids.length };
    const { whole } = mapFrames(coarse, groups, 'count', bins.starts.length);
    const counted = grid.ids.flatMap((id, cell) => ((whole.count[cell] ?? 0) > 0 ? [[id, whole.count[cell]]] : []));
    expect(counted.sort()).toEqual(truth.map(({ h3_cell, n }) => [h3_cell, n]).sort());
  });

  it('come before rounding, where the lake has such a column', () => {
    expect(coarsenesses(COLUMNS)[0]).toEqual({ decimals: 2 });
    expect(coarsenesses([...COLUMNS, { name: 'h3_cell', type: 'text', role: 'about' }])[0]).toEqual({
      cellColumn: 'h3_cell',
    });
  });
});

describe('stations on the map', () => {
  it('stand where the lake says, or where they were last when they move', async () => {
    const cells = await readCells();
    const places = sitePlaces(cells);
    const at = (id: string) => cells.sites.findIndex((site) => site.id === id);
    expect([places.longitude[at('c')], places.latitude[at('c')], places.moves[at('c')]]).toEqual([12.4, 47.4, false]);
    const [last] = await rowsOf(
      "SELECT arg_max(lon, time) AS lon, arg_max(lat, time) AS lat FROM lake WHERE station = 'a'",
    );
    expect(places.moves[at('a')]).toBe(true);
    expect(places.longitude[at('a')]).toBeCloseTo(Number(last?.['lon']), 9);
    expect(places.latitude[at('a')]).toBeCloseTo(Number(last?.['lat']), 9);
    expect(places.longitude[at('silent')]).toBeNaN();
    const early = sitePlaces(cells, 0);
    expect(early.longitude[at('a')]).not.toBe(places.longitude[at('a')]);
  });

  it('have one entry each where every entry is wanted', async () => {
    const cells = await readCells();
    const { whole } = mapFrames(cells, byEntry(cells), 'count', bins.starts.length);
    expect(whole.count).toEqual(cells.count);
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { deviceStatisticsSql } from '../../src/queries/device-statistics';
import { observationsSql } from '../../src/queries/observations';
import { formatCount, formatRounded } from '../../src/views/value-text';
import { expectSame, readCopied } from '../support/copied-table';
import { makeDemoLake } from '../support/demo-lake';
import { makeWorkspace, removeWorkspaces } from '../support/ingest-cli';
import { openNativeLake } from '../support/native-lake';
import { ROOT } from '../support/ocean-telemetry';
import { startTestServer } from '../support/server';
import { runTidelake } from '../support/tidelake-process';
import { watchPage } from '../support/watched-page';
import { settled } from '../support/workbench';

const SHARED = process.env['TIDELAKE_SHARED'] ?? path.join(ROOT, '../shared/data');
const ARGO = path.join(SHARED, 'ocean_obs/argo/argo_nw_atlantic_surface20dbar.csv.gz');
/** The floats of one year: all of them are 3 635 files. */
const ARGO_YEAR = 2021;
const ARGO_MAPPING = {
  title: 'Argo floats of the north-west Atlantic',
  table: {},
  columns: [
    { name: 'time', from: 'time', role: 'time' },
    { name: 'device_id', from: 'platform_number', role: 'device', type: 'text' },
    { name: 'latitude', role: 'latitude', type: 'double' },
    { name: 'longitude', role: 'longitude', type: 'double' },
    { name: 'pressure', from: 'pres', role: 'depth', type: 'double', unit: 'dbar' },
    { name: 'temperature', from: 'temp', type: 'double', unit: 'degC' },
    { name: 'temperature_qc', from: 'temp_qc', role: 'flag', type: 'integer' },
    { name: 'salinity', from: 'psal', type: 'double', unit: '1' },
    { name: 'salinity_qc', from: 'psal_qc', role: 'flag', type: 'integer' },
  ],
};

/** A lake, and what is looked at in it. */
interface Subject {
  name: string;
  /** Makes the lake, by the command line. */
  lake: () => Promise<string>;
  isHere: boolean;
  variable: string;
  from: string;
  to: string;
  /** How the window is narrowed to look at single rows. */
  rowsOf?: 'Day';
  depth?: string;
}

const SUBJECTS: Subject[] = [
  {
    ...{ name: 'the WB2 mooring', lake: () => makeDemoLake(), isHere: true, variable: 'temperature' },
    ...{ from: '2012-01-01', to: '2012-02-01', rowsOf: 'Day', depth: 'depth' },
  },
  {
    ...{ name: 'an NDBC station', lake: ndbcLake, isHere: true, variable: 'sea_surface_temperature' },
    ...{ from: '2022-05-29', to: '2022-06-06' },
  },
  {
    ...{ name: 'Argo floats', lake: argoLake, isHere: existsSync(ARGO), variable: 'temperature', depth: 'pressure' },
    ...{ from: `${ARGO_YEAR}-01-01`, to: `${ARGO_YEAR + 1}-01-01` },
  },
];

/** Time enough for a slow machine; none of the steps is timed. */
const SLOW = { timeout: 45_000 };

test.afterAll(removeWorkspaces);

async function ingest(...args: string[]): Promise<string> {
  const lake = path.join(makeWorkspace(), 'lake');
  const run = runTidelake('ingest', ...args, '--to', lake);
  if ((await run.exited) !== 0) throw new Error(`The lake could not be made:\n${run.stdout()}\n${run.stderr()}`);
  return lake;
}

function ndbcLake(): Promise<string> {
  const mapping = path.join(makeWorkspace(), 'mapping.yaml');
  const station = { id: '44013', name: 'Boston', latitude: 42.346, longitude: -70.651, devices: [{ id: '44013' }] };
  writeFileSync(mapping, JSON.stringify({ preset: 'ndbc', stations: [station] }));
  return ingest(path.join(ROOT, 'samples/ndbc/44013.txt'), '--mapping', mapping);
}

function argoLake(): Promise<string> {
  const folder = makeWorkspace();
  const [capture, mapping] = [path.join(folder, 'argo.csv'), path.join(folder, 'mapping.yaml')];
  const [header, ...lines] = gunzipSync(readFileSync(ARGO)).toString().trimEnd().split('\n');
  writeFileSync(
    capture,
    [header, ...lines.filter((line) => line.split(',')[2]?.startsWith(`${ARGO_YEAR}-`))].join('\n'),
  );
  writeFileSync(mapping, JSON.stringify(ARGO_MAPPING));
  return ingest(capture, '--mapping', mapping);
}

for (const { name, lake, isHere, variable, from, to, rowsOf, depth } of SUBJECTS) {
  test(`what is shown of ${name} is what native DuckDB finds`, async ({ page, context }) => {
    test.skip(!isHere, `${ARGO} is not here`);
    test.setTimeout(180_000);
    const root = await lake();
    const native = await openNativeLake(root);
    const server = await startTestServer({ lake: root });
    try {
      const faults = watchPage(page, [server.url]);
      const window = `time >= TIMESTAMP '${from}' AND time < TIMESTAMP '${to}'`;
      const [all] = await native.query(`SELECT count(DISTINCT station) AS stations, mode(station) AS station,
        count(${variable}) AS n, count(DISTINCT station) FILTER (${variable} IS NOT NULL) AS known FROM lake WHERE ${window}`);
      const station = String(all?.['station']);
      const [one] = await native.query(`SELECT count(*) AS readings, count(v) AS n, avg(v) AS mean, median(v) AS median,
        min(v) AS low, max(v) AS high FROM (SELECT ${variable}::DOUBLE AS v FROM lake WHERE station = '${station}' AND ${window})`);
      const number = (column: string) => Number(one?.[column]);
      const roles = {
        time: 'time',
        station: 'station',
        device: 'device_id',
        ...(depth === undefined ? {} : { depth }),
      };
      const selection = { stations: [station], devices: null, from: Date.parse(from), to: Date.parse(to) };

      await page.goto(`${server.url}#lake=/lake/&station=${station}&var=${variable}&from=${from}&to=${to}`);
      await settled(page);
      await expect(page.locator('.time-series-plot')).toHaveAttribute(
        'aria-label',
        new RegExp(`from ${formatRounded(number('low'))} to ${formatRounded(number('high'))} `),
      );
      await expect(page.getByTestId('map-legend')).toContainText(
        `n ${formatCount(Number(all?.['n']))} in ${String(all?.['known'])} of ${String(all?.['stations'])} stations`,
        SLOW,
      );
      expectSame(await readCopied(context, page), await native.query(deviceStatisticsSql(selection, roles, variable)));

      await page.getByRole('combobox', { name: 'Picture' }).selectOption('histogram');
      await expect(page.getByTestId('picture-facts')).toContainText(
        `n = ${formatCount(number('n'))} of ${formatCount(number('readings'))} readings`,
        SLOW,
      );
      await expect(page.getByTestId('picture-facts')).toContainText(
        `mean ${formatRounded(number('mean'))}, median ${formatRounded(number('median'))}`,
        SLOW,
      );

      await page.getByRole('button', { name: 'Observations' }).click();
      if (rowsOf) await page.getByRole('button', { name: rowsOf, exact: true }).click();
      await expect(page.getByRole('progressbar')).toHaveCount(0, SLOW);
      const { columns }: { columns: Parameters<typeof observationsSql>[2] } = JSON.parse(
        readFileSync(path.join(root, '_tidelake/lake.json'), 'utf8'),
      );
      const until = rowsOf ? selection.from + 86_400_000 : selection.to;
      const rows = await native.query(observationsSql({ ...selection, to: until }, roles, columns));
      await expect(page.getByTestId('row-count')).toHaveText(`${formatCount(rows.length)} rows`, SLOW);
      expectSame(await readCopied(context, page), rows);
      expect(faults).toEqual([]);
    } finally {
      await server.close();
      native.close();
    }
  });
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLakeDescription, parseManifestIndex, type ManifestIndex } from '@tidelake/lake-format';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { compactLake } from '../support/compact-cli';
import { dataFilesOf, ingestCaptures, makeWorkspace, removeWorkspaces, startTool, treeOf } from '../support/ingest-cli';
import { openNativeLake } from '../support/native-lake';
import { delimited, encodeTelemetry, sweeps } from '../support/ocean-telemetry';
import { writeRawLake } from '../support/raw-lake';
import { makeManifest, makeRolledUpLake, rollUpLake } from '../support/rolled-up-lake';
import { projectRoot } from '../support/server';

const shape = { stations: ['a', 'b'], firstDay: '2025-11-01', days: 2, filesPerDay: 4, rowsPerFile: 24, variables: 2 };

const OVERLAY = `
flags:
  - { station: a, from: 2025-11-01T06:00:00Z, until: 2025-11-01T12:00:00Z, variable: '*', flag: suspect, reason: fouled, by: jd }
  - { device: 'ctd-*', from: 2025-11-01T06:00:00Z, until: 2025-11-01T07:00:00Z, variable: v1, flag: 4, reason: out of water, by: jd }
  - { station: nowhere, variable: v1, flag: fail, reason: never there, by: jd }
calibrations:
  - { device: ctd-b, column: v1, id: C-7, slope: 2, offset: 1, validFrom: 2025-11-02 }
`;

afterAll(removeWorkspaces);

/** Writes an overlay, and the words that name it to the tool. */
function overlay(text: string): string[] {
  const path = join(makeWorkspace(), 'overlay.yaml');
  writeFileSync(path, text);
  return ['--overlay', path];
}

async function query(lake: string, sql: string): Promise<unknown[]> {
  const native = await openNativeLake(lake, true);
  try {
    return await native.query(sql);
  } finally {
    native.close();
  }
}

function descriptionOf(lake: string): ReturnType<typeof parseLakeDescription> {
  return parseLakeDescription(readFileSync(join(lake, '_tidelake/lake.json'), 'utf8'));
}

function indexOf(lake: string): ManifestIndex {
  return parseManifestIndex(readFileSync(join(lake, '_tidelake/manifest/index.json'), 'utf8'));
}

/** A lake of many small files that describes itself. */
async function rawLake(): Promise<string> {
  const lake = makeWorkspace();
  writeRawLake(lake, shape);
  await makeManifest(lake);
  return lake;
}

describe('tidelake compact --overlay', () => {
  it('flags and calibrates while it puts files together, the later entry winning', { timeout: 60_000 }, async () => {
    const lake = await rawLake();
    const before = await query(lake, `SELECT sum(v1) AS sum FROM lake WHERE station = 'b' AND day = '02'`);
    const { code, report } = await compactLake(lake, overlay(OVERLAY));
    expect(code).toBe(0);
    expect(report).toMatchObject({ folders: 4, rows: 384, conflicts: 0, left: [] });
    expect(report.overlay?.entries.map(({ rows, changed }) => [rows, changed])).toEqual([
      [24, 44],
      [8, 8],
      [0, 0],
      [96, 96],
    ]);
    expect(
      await query(
        lake,
        `SELECT station, v0_qc, v1_qc, count(*)::INTEGER AS n, min(hour(time)) AS first, max(hour(time)) AS last
         FROM lake WHERE v0_qc IS NOT NULL OR v1_qc IS NOT NULL GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      { station: 'a', v0_qc: 3, v1_qc: 3, n: 20, first: '7', last: '11' },
      { station: 'a', v0_qc: 3, v1_qc: 4, n: 4, first: '6', last: '6' },
      { station: 'b', v0_qc: null, v1_qc: 4, n: 4, first: '6', last: '6' },
    ]);
    const after = await query(
      lake,
      `SELECT (sum(v1) - 96) / 2 AS sum FROM lake WHERE station = 'b' AND day = '02' AND calibration_id = 'C-7'`,
    );
    expect(Number(Object.values(after[0] ?? {})[0])).toBeCloseTo(Number(Object.values(before[0] ?? {})[0]), 6);
    expect(await query(lake, 'SELECT count(calibration_id)::INTEGER AS n FROM lake')).toEqual([{ n: 96 }]);
  });

  it(
    'changes nothing when it is laid over again, and says which entries match nothing',
    { timeout: 60_000 },
    async () => {
      const lake = await rawLake();
      const laid = overlay(OVERLAY);
      await compactLake(lake, laid);
      const tree = treeOf(lake);
      const { report } = await compactLake(lake, laid);
      expect(report).toMatchObject({ folders: 0, unchanged: 4 });
      expect(report.overlay?.entries.map(({ rows, changed }) => [rows, changed])).toEqual([
        [24, 0],
        [8, 0],
        [0, 0],
        [96, 0],
      ]);
      expect(treeOf(lake)).toEqual(tree);
      const said = await startTool(['compact', lake, ...laid]).ended;
      expect(said.stderr).toContain('Warning  flags[2] fail for v1 of nowhere (never there; jd): no row');
      expect(treeOf(lake)).toEqual(tree);
    },
  );

  it(
    'writes compacted days anew where it changes them and only there, and counts before',
    { timeout: 60_000 },
    async () => {
      const [lake, atOnce] = [await rawLake(), await rawLake()];
      await compactLake(lake);
      const compacted = treeOf(lake);
      const laid = overlay(OVERLAY);
      const dry = await compactLake(lake, [...laid, '--dry-run']);
      expect(dry.report).toMatchObject({ folders: 3, filesAfter: 0, dryRun: true });
      expect(dry.report.overlay?.entries.map(({ changed }) => changed)).toEqual([44, 8, 0, 96]);
      expect(treeOf(lake)).toEqual(compacted);
      const { report } = await compactLake(lake, [...laid, '--keep-originals']);
      expect(report).toMatchObject({ folders: 3, filesBefore: 3, filesAfter: 3, unchanged: 1 });
      await compactLake(atOnce, laid);
      expect(treeOf(lake, dataFilesOf(lake))).toEqual(treeOf(atOnce, dataFilesOf(atOnce)));
      const originals = join(lake, '_tidelake/originals');
      for (const [path, digest] of Object.entries(treeOf(originals))) expect(compacted[path]).toBe(digest);
      expect(dataFilesOf(originals)).toHaveLength(3);
    },
  );

  it('describes the new columns, and keeps the manifest and rollups true', { timeout: 120_000 }, async () => {
    const lake = makeWorkspace();
    await makeRolledUpLake(lake, shape);
    await compactLake(lake);
    await rollUpLake(lake);
    const count = indexOf(lake).rollups.length;
    expect(count).toBeGreaterThan(0);
    await compactLake(lake, overlay(OVERLAY));
    const added = descriptionOf(lake).columns.slice(-3);
    expect(added.map(({ name }) => name).sort()).toEqual(['calibration_id', 'v0_qc', 'v1_qc']);
    for (const { name, ...about } of added) {
      if (name.endsWith('_qc')) {
        expect(about).toMatchObject({ role: 'flag', type: 'integer', flagValues: [1, 2, 3, 4, 9] });
        expect(about.flagMeanings).toBe('pass not_evaluated suspect fail missing');
      }
    }
    const stale = indexOf(lake);
    expect(stale.rollups.length).toBeLessThan(count);
    expect(stale.parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(384);
    const { report } = await rollUpLake(lake);
    expect(report.partsWritten).toBeGreaterThan(0);
    const days = indexOf(lake).rollups.filter(({ grain }) => grain === 'day');
    const files = days.map(({ path }) => `'${join(lake, path)}'`).join(', ');
    expect(
      await query(
        lake,
        `SELECT flag, sum(n)::INTEGER AS n FROM read_parquet([${files}]) WHERE variable = 'v1' GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      { flag: 3, n: 20 },
      { flag: 4, n: 8 },
      { flag: null, n: 356 },
    ]);
    const checked = await startTool(['validate', lake, '--deep', '--json']).ended;
    expect(JSON.parse(checked.stdout)).toMatchObject({ worst: null, rows: 384 });
  });

  it('describes the columns of a run that was killed before it could', { timeout: 60_000 }, async () => {
    const lake = join(makeWorkspace(), 'lake');
    const capture = join(makeWorkspace(), 'a.pb');
    writeFileSync(capture, delimited(sweeps(60).map((fields) => encodeTelemetry(fields))));
    await ingestCaptures(lake, [capture]);
    const path = join(lake, '_tidelake/lake.json');
    const before = readFileSync(path);
    const laid = overlay(`flags:\n  - { station: '*', variable: temperature, flag: 4, reason: x, by: y }\n`);
    await compactLake(lake, laid);
    const tree = treeOf(lake);
    expect(descriptionOf(lake).columns.at(-1)).toMatchObject({ name: 'temperature_qc', flagValues: [1, 2, 3, 4, 9] });
    writeFileSync(path, before);
    const { report } = await compactLake(lake, laid);
    expect(report.folders).toBe(0);
    expect(descriptionOf(lake).columns.at(-1)).toMatchObject({ name: 'temperature_qc' });
    await ingestCaptures(lake, [capture]);
    await compactLake(lake, laid);
    expect(treeOf(lake)).toEqual(tree);
  });

  it('survives later ingests into the same days, whose rows it is about as well', { timeout: 120_000 }, async () => {
    const lake = join(makeWorkspace(), 'lake');
    const folder = makeWorkspace();
    const [early, late, mapping] = [join(folder, 'early.pb'), join(folder, 'late.pb'), join(folder, 'm.yaml')];
    const messages = sweeps(200).map((fields) => encodeTelemetry(fields));
    writeFileSync(early, delimited(messages.slice(0, 120)));
    writeFileSync(late, delimited(messages.slice(100)));
    // The checks work out the flags of a day anew that gets rows.
    const checks = { variables: { temperature: { grossRange: { fail: [-2, 40], suspect: [-2, 39] } } } };
    writeFileSync(mapping, `preset: ocean-telemetry\nchecks: ${JSON.stringify(checks)}\n`);
    await ingestCaptures(lake, [early], ['--mapping', mapping]);
    const laid = overlay(`
flags: [{ station: '*', variable: temperature, flag: fail, reason: fouled, by: jd }]
calibrations: [{ device: ctd-1, column: salinity, id: S-1, slope: 1, offset: 1 }]
`);
    await compactLake(lake, laid);
    const { report } = await ingestCaptures(lake, [late], ['--mapping', mapping]);
    expect(report.overlaid).toBeGreaterThan(0);
    const sql = `SELECT count(*)::INTEGER AS n, count(*) FILTER (temperature_qc = 4)::INTEGER AS failed,
      count(*) FILTER (device_id = 'ctd-1')::INTEGER AS own, count(*) FILTER (calibration_id = 'S-1')::INTEGER AS calibrated FROM lake`;
    const [row] = await query(lake, sql);
    expect(row).toMatchObject({ n: 200, failed: 200 });
    expect(Object(row)['calibrated']).toBe(Object(row)['own']);
    expect((await compactLake(lake)).report).toMatchObject({ folders: 0, overlay: { calibratedElsewhere: 0 } });
    const tree = treeOf(lake, dataFilesOf(lake));
    await ingestCaptures(lake, [late], ['--mapping', mapping]);
    expect(treeOf(lake, dataFilesOf(lake))).toEqual(tree);

    expect((await compactLake(lake, ['--no-overlay'])).report).toMatchObject({ folders: 0 });
    expect(await query(lake, sql)).toEqual([row]);
    await ingestCaptures(lake, [late], ['--mapping', mapping]);
    expect(await query(lake, sql)).not.toEqual([row]);
  });

  it('calibrates what comes late once, and what was calibrated not again', { timeout: 120_000 }, async () => {
    const lake = join(makeWorkspace(), 'lake');
    const captures = makeWorkspace();
    const [early, late] = [join(captures, 'early.pb'), join(captures, 'late.pb')];
    const messages = sweeps(200).map((fields) => encodeTelemetry(fields));
    writeFileSync(early, delimited(messages.slice(0, 150)));
    writeFileSync(late, delimited(messages));
    await ingestCaptures(lake, [early]);
    const devices = await query(lake, 'SELECT DISTINCT device_id AS id FROM lake ORDER BY 1 LIMIT 1');
    const device = String(Object.values(devices[0] ?? {})[0]);
    const raw = await query(lake, `SELECT time, depth, temperature FROM lake WHERE device_id = '${device}'`);
    const calibration = `{ device: '${device}', column: temperature, id: T-1, slope: 1, offset: 0.5 }`;
    const laid = overlay(`calibrations:\n  - ${calibration}\n`);
    await compactLake(lake, laid);
    await ingestCaptures(lake, [late]);
    await compactLake(lake, laid);
    const tree = treeOf(lake);
    const sql = `SELECT time, depth, temperature - 0.5::FLOAT AS temperature FROM lake
      WHERE device_id = '${device}' AND calibration_id = 'T-1' ORDER BY ALL`;
    const calibrated = await query(lake, sql);
    expect(calibrated.length).toBeGreaterThan(raw.length);
    expect(await query(lake, `SELECT count(*)::INTEGER AS n FROM lake WHERE device_id = '${device}'`)).toEqual([
      { n: calibrated.length },
    ]);
    const more = overlay(`calibrations:
  - ${calibration}
  - { device: '${device}', column: salinity, id: S-1, slope: 1.01 }
`);
    const { report } = await compactLake(lake, more);
    expect(report.overlay?.entries).toMatchObject([
      { rows: calibrated.length, changed: 0 },
      { rows: calibrated.length, changed: calibrated.length },
    ]);
    expect(treeOf(lake)).not.toEqual(tree);
    const other = overlay(`calibrations:\n  - { device: '${device}', column: temperature, id: T-2, slope: 3 }\n`);
    const after = treeOf(lake, dataFilesOf(lake));
    const elsewhere = await compactLake(lake, other);
    expect(elsewhere.report.overlay).toMatchObject({
      calibratedElsewhere: calibrated.length,
      entries: [{ changed: 0 }],
    });
    expect(treeOf(lake, dataFilesOf(lake))).toEqual(after);
  });

  it('refuses what is wrong, and changes nothing', { timeout: 30_000 }, async () => {
    const lake = await rawLake();
    const tree = treeOf(lake);
    const laid = overlay('flags:\n  - { station: a, variable: v9, flag: 4, reason: x, by: y }');
    const { code, stderr } = await startTool(['compact', lake, ...laid]).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('v9 is none; columns of measured values are v0, v1');
    expect(treeOf(lake)).toEqual(tree);
  });

  it('leaves a day whose values a calibration would lose', { timeout: 30_000 }, async () => {
    const lake = await rawLake();
    const tree = treeOf(lake, dataFilesOf(lake));
    const laid = overlay(`calibrations:\n  - { device: ctd-b, column: v1, polynomial: [0, 0, 1.0e+308, 1.0e+308] }\n`);
    const { code, report } = await compactLake(lake, ['--stations', 'b', ...laid]);
    expect(code).toBe(3);
    expect(report.left[0]?.reason).toContain('makes no finite number of the v1');
    expect(treeOf(lake, dataFilesOf(lake))).toEqual(tree);
  });

  it('understands the example of its document', { timeout: 60_000 }, async () => {
    const document = readFileSync(join(projectRoot, 'docs/compact.md'), 'utf8');
    const text = /^```yaml\n([\s\S]*?)^```/m.exec(document)?.[1] ?? '';
    expect(Object.keys(Object(parse(text)))).toEqual(['flags', 'calibrations']);
    const lake = join(makeWorkspace(), 'lake');
    const mapping = join(projectRoot, 'samples/rapid-wb2/mapping.yaml');
    const capture = join(projectRoot, 'samples/rapid-wb2/telemetry.pb');
    await ingestCaptures(lake, [capture], ['--mapping', mapping]);
    const { code, report } = await compactLake(lake, overlay(text));
    expect(code).toBe(0);
    for (const { entry, changed } of report.overlay?.entries ?? []) expect(changed, entry).toBeGreaterThan(0);
  });
});

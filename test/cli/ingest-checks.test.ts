import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { qcConfig } from '../../ingest-tool/src/check/qc-config';
import { planQc } from '../../ingest-tool/src/check/qc-plan';
import { runQc } from '../../ingest-tool/src/check/qc-run';
import {
  dataFilesOf,
  ingestArguments,
  ingestCaptures,
  makeWorkspace,
  readLakeRows,
  readParquetRows,
  removeWorkspaces,
  startTool,
  treeOf,
} from '../support/ingest-cli';
import { encodeTelemetry, EVENING, hexLine, ROOT, seededRandom, shuffled, telemetry } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const STATION = 'preset: ocean-telemetry\nstation: { id: wb2 }\n';

function workspace(): {
  lake: (name: string) => string;
  file: (name: string, text: string) => string;
  mapping: (checks: unknown) => string[];
} {
  const folder = makeWorkspace();
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    lake: (name) => join(folder, name),
    file,
    mapping: (checks) => ['--mapping', file('mapping.yaml', `${STATION}checks: ${JSON.stringify(checks)}\n`)],
  };
}

const MOORING_CHECKS = {
  variables: {
    temperature: { grossRange: { fail: [2.3, 40], suspect: [2.4, 24] }, spike: { suspect: 0.3, fail: 1 } },
    salinity: { spike: { suspect: 0.05 }, rateOfChange: { fail: 0.0001 } },
  },
};

describe('the checks of tidelake ingest', () => {
  it('flag a mooring day by day as they flag its whole record at once', { timeout: 240_000 }, async () => {
    const { lake, mapping } = workspace();
    const mooring = join(ROOT, 'samples/rapid-wb2/telemetry.pb');
    const { code, report } = await ingestCaptures(lake('a'), [mooring], mapping(MOORING_CHECKS));
    expect(code).toBe(0);
    expect(Object.keys(report.flags)).toEqual(['temperature_qc', 'salinity_qc']);

    const rows = await readLakeRows(lake('a'));
    const plan = planQc(qcConfig.parse(MOORING_CHECKS), ['temperature', 'salinity']);
    const tally = { pass: 0, not_evaluated: 0, suspect: 0, fail: 0, missing: 0 };
    for (const device of new Set(rows.map(({ device_id }) => device_id))) {
      const own = rows.filter(({ device_id }) => device_id === device);
      const column = (name: string): Float32Array => Float32Array.from(own, (row) => Number(row[name] ?? Number.NaN));
      const flags = runQc(
        plan,
        {
          times: Float64Array.from(own, ({ time }) => Number(time) * 1000),
          variables: new Map([
            ['temperature', column('temperature')],
            ['salinity', column('salinity')],
          ]),
        },
        Infinity,
      );
      for (const [name, { aggregate }] of flags.variables) {
        expect({ device, name, flags: own.map((row) => row[`${name}_qc`]) }).toEqual({
          device,
          name,
          flags: [...aggregate],
        });
      }
      for (const flag of flags.variables.get('temperature')?.aggregate ?? []) {
        tally.pass += flag === 1 ? 1 : 0;
        tally.not_evaluated += flag === 2 ? 1 : 0;
        tally.suspect += flag === 3 ? 1 : 0;
        tally.fail += flag === 4 ? 1 : 0;
        tally.missing += flag === 9 ? 1 : 0;
      }
    }
    expect(report.flags.temperature_qc).toEqual(tally);
    expect(tally.suspect).toBeGreaterThan(0);
    expect(tally.fail).toBeGreaterThan(0);
    const description = JSON.parse(readFileSync(join(lake('a'), '_tidelake/lake.json'), 'utf8'));
    expect(description.columns.at(-2)).toEqual({
      name: 'temperature_qc',
      type: 'integer',
      role: 'flag',
      standardName: 'aggregate_quality_flag',
      longName: 'QARTOD flag of temperature',
      flagValues: [1, 2, 3, 4, 9],
      flagMeanings: 'pass not_evaluated suspect fail missing',
    });
  });

  const checks = {
    variables: {
      temperature: {
        grossRange: { fail: [-2, 40] },
        spike: { suspect: 1, fail: 3 },
        rateOfChange: { fail: 0.001 },
        flatLine: { suspect: 7200, fail: 28_800, tolerance: 0.2, interval: 3600 },
        attenuatedSignal: { suspect: 0.5, fail: 0.1, period: 43_200 },
      },
      salinity: { flatLine: { suspect: 7200, fail: 28_800, tolerance: 0.2 } },
    },
    position: { speed: { suspect: 1, fail: 3 } },
    time: { gap: { fail: 7200 }, drift: { suspect: 300 }, duplicate: true },
  };

  /** Lines of three instruments over five days, about hourly, with values and days missing here and there. */
  function captureLines(seed: number): { day: number; line: string }[] {
    const random = seededRandom(seed);
    return Array.from({ length: 360 }, (_, index) => {
      const device = index % 3;
      const timestamp = EVENING + Math.floor(index / 3) * 3600 + Math.floor(random() * 3) * 60;
      const values = telemetry({
        deviceId: `ctd-${device}`,
        timestamp,
        latitude: 26.5 + (random() < 0.05 ? 0.5 : 0),
        waterTempCelsius: random() < 0.1 ? 20 + random() * 6 : 20,
        salinityPsu: 36 + Math.floor(random() * 3) / 4,
      });
      if (random() < 0.1) delete values.waterTempCelsius;
      const line = hexLine(`ocean/${device}`, encodeTelemetry(values), timestamp + Math.floor(random() * 400));
      return { day: Math.floor(timestamp / 86_400), line };
    }).filter(({ day }, index) => index % 3 !== 1 || day !== Math.floor(EVENING / 86_400) + 2);
  }

  it.each(Array.from({ length: Number(process.env['INGEST_SEEDS'] ?? 1) }, (_, index) => index + 1))(
    'give the same bytes whatever way the messages came: at once, shuffled, split, day by day backwards (seed %i)',
    { timeout: 240_000 },
    async (seed) => {
      const { lake, file, mapping } = workspace();
      const messages = captureLines(seed);
      const random = seededRandom(seed + 100);
      const text = (lines: { line: string }[]): string => lines.map(({ line }) => line).join('');
      const ingestAll = async (name: string, captures: string[]): Promise<Record<string, string>> => {
        for (const [index, capture] of captures.entries()) {
          const { code } = await ingestCaptures(lake(name), [file(`${name}-${index}.log`, capture)], mapping(checks));
          expect(code).toBe(0);
        }
        return treeOf(lake(name));
      };
      const whole = await ingestAll('whole', [text(messages)]);
      expect(Object.keys(whole).filter((path) => path.endsWith('.parquet'))).toHaveLength(6);
      expect(await ingestAll('whole', [text(messages)])).toEqual(whole);
      expect(await ingestAll('shuffled', [text(shuffled(messages, random))])).toEqual(whole);
      const parts = shuffled(messages, random);
      expect(
        await ingestAll('split', [text(parts.slice(0, 100)), text(parts.slice(100, 101)), text(parts.slice(90))]),
      ).toEqual(whole);
      const days = [...new Set(messages.map(({ day }) => day))].sort((left, right) => right - left);
      expect(
        await ingestAll(
          'backwards',
          days.map((day) => text(messages.filter((message) => message.day === day))),
        ),
      ).toEqual(whole);
      const rows = await readLakeRows(lake('whole'));
      expect(new Set(rows.map(({ temperature_qc }) => temperature_qc))).toEqual(new Set([1, 3, 4, 9]));
      for (const { time, receive_time: received, timestamp_drift_qc: flag } of rows) {
        expect(flag).toBe(Math.abs(Number(received) - Number(time)) > 300_000 ? 3 : 1);
      }
    },
  );

  it('flag the edge of a day anew when its neighbour comes later, and say so', async () => {
    const { lake, file, mapping } = workspace();
    const at = (hour: number, temperature: number): string =>
      hexLine('a', encodeTelemetry(telemetry({ timestamp: EVENING + hour * 3600, waterTempCelsius: temperature })));
    const spike = mapping({ variables: { temperature: { spike: { suspect: 1 } } } });
    await ingestCaptures(lake('a'), [file('a.log', at(-1, 20) + at(0, 25))], spike);
    const [evening = ''] = dataFilesOf(lake('a'));
    const flagsOf = async (): Promise<unknown[]> =>
      (await readParquetRows(join(lake('a'), evening))).map(({ temperature_qc }) => temperature_qc);
    expect(await flagsOf()).toEqual([2, 2]);
    const { report } = await ingestCaptures(lake('a'), [file('b.log', at(1, 20))], spike);
    expect(await flagsOf()).toEqual([2, 3]);
    expect(report).toMatchObject({ files: 1, filesWritten: 1, rows: 1, reflagged: 1 });
    expect(report.flags).toEqual({
      temperature_qc: { pass: 0, not_evaluated: 1, suspect: 0, fail: 0, missing: 0 },
    });
  });

  it('say in words what was found, and by which test', async () => {
    const { lake, file, mapping } = workspace();
    const line = hexLine('a', encodeTelemetry(telemetry({ waterTempCelsius: 50 })));
    const range = mapping({ variables: { temperature: { grossRange: { fail: [-2, 40] } } } });
    const { stderr } = await startTool(ingestArguments(lake('a'), [file('a.log', line)], range)).ended;
    expect(stderr).toContain('Flags    temperature_qc: 1 fail (found by grossRange 1)');
  });

  it.each([
    [{ variables: { temprature: { spike: { fail: 1 } } } }, 'variables.temprature: there is no variable temprature'],
    [{ variables: { temperature: { spike: {} } } }, 'checks.variables.temperature.spike'],
    [{ variables: { device_id: { spike: { fail: 1 } } } }, 'there is no variable device_id'],
    [{ ruleSets: ['enviro'] }, 'checks.ruleSets[0]'],
  ])('are refused with 2 and the place: %j', async (wrong, place) => {
    const { lake, file, mapping } = workspace();
    const capture = file('a.log', hexLine('a', encodeTelemetry(telemetry())));
    const { code, stderr } = await startTool(ingestArguments(lake('a'), [capture], mapping(wrong))).ended;
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(place) });
    expect(existsSync(lake('a'))).toBe(false);
  });
});

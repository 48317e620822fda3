import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { delimit, readMooring, telemetryEncoder } from '../../scripts/samples/mooring-readings';
import { ingestCaptures, makeWorkspace, readLakeRows, removeWorkspaces } from '../support/ingest-cli';
import { ROOT, TELEMETRY_PROTO } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const mooring = join(ROOT, '../shared/data/ocean_obs/rapid_wb2_mooring');
const present = existsSync(mooring);

interface Statistics {
  n: number;
  sum: number;
  min: number;
  max: number;
}

function statisticsOf(rows: Record<string, unknown>[], column: string): Map<string, Statistics> {
  const all = new Map<string, Statistics>();
  for (const row of rows) {
    const device = String(row.device_id);
    const value = Number(row[column]);
    const own = all.get(device) ?? { n: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
    all.set(device, {
      n: own.n + 1,
      sum: own.sum + value,
      min: Math.min(own.min, value),
      max: Math.max(own.max, value),
    });
  }
  return all;
}

describe('tidelake ingest against the RAPID WB2 mooring', () => {
  it.skipIf(!present)(
    `gives every instrument's count, mean, minimum and maximum${present ? '' : ` (skipped: ${mooring} is not here)`}`,
    { timeout: 240_000 },
    async () => {
      const folder = makeWorkspace();
      const input = join(folder, 'all17.pb');
      const readings = await readMooring(join(mooring, 'rapid_wb2_9_201114_all17_long.parquet'));
      const encode = await telemetryEncoder(TELEMETRY_PROTO);
      writeFileSync(input, delimit(readings.map(encode)));
      const lake = join(folder, 'lake');
      const mapping = join(ROOT, 'samples/rapid-wb2/mapping.yaml');
      const { report } = await ingestCaptures(lake, [input], ['--mapping', mapping]);
      expect(report).toMatchObject({ messages: 248_863, rows: 248_863, duplicates: 0, quarantined: {}, files: 306 });

      const rows = await readLakeRows(lake);
      const temperature = statisticsOf(rows, 'temperature');
      const salinity = statisticsOf(rows, 'salinity');
      const [header = '', ...lines] = readFileSync(join(mooring, 'GROUND_TRUTH_per_device.csv'), 'utf8')
        .trim()
        .split('\n');
      const names = header.split(',');
      expect(lines).toHaveLength(17);
      for (const line of lines) {
        const truth = Object.fromEntries(line.split(',').map((value, index) => [names[index] ?? '', value.trim()]));
        const device = truth.device_id ?? '';
        for (const [prefix, own] of [
          ['t', temperature.get(device)],
          ['s', salinity.get(device)],
        ] as const) {
          expect(own?.n, device).toBe(Number(truth.n));
          for (const [statistic, value] of [
            ['mean', (own?.sum ?? 0) / (own?.n ?? 1)],
            ['min', own?.min],
            ['max', own?.max],
          ] as const) {
            const stated = truth[`${prefix}_${statistic}`] ?? '';
            const digits = stated.split('.')[1]?.length ?? 0;
            expect(value?.toFixed(Math.max(digits, 0)), `${device} ${prefix}_${statistic}`).toBe(stated);
          }
        }
      }
    },
  );
});

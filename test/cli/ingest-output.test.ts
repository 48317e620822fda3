import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dataFilesOf,
  ingestCaptures,
  makeWorkspace,
  readParquetRows,
  removeWorkspaces,
  treeOf,
} from '../support/ingest-cli';
import { openNativeLake } from '../support/native-lake';
import { delimited, encodeTelemetry, EVENING, telemetry } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

/** More than a row group, of two instruments at one station on one day, with a test that looks over midnight. */
const ROWS = 140_000;
const MIDNIGHT = EVENING + 3600;
/** The H3 cell of 26.5° N, 76.75° W, by h3-js itself. */
const CELL = '874486528ffffff';
const MAPPING = `preset: ocean-telemetry
station: { id: mooring }
h3: { resolution: 7 }
checks: { variables: { temperature: { spike: { suspect: 3, fail: 6 } } } }
`;

const messages = Array.from({ length: ROWS }, (_, index) =>
  encodeTelemetry(
    telemetry({
      deviceId: `ctd-${index % 2}`,
      timestamp: MIDNIGHT + Math.floor(index / 2),
      waterTempCelsius: index === 70_001 ? 25 : 10 + (index % 100) / 64,
      salinityPsu: index % 2 === 0 ? Number.NaN : 36,
    }),
  ),
);

describe('the file of a day with more rows than a row group', () => {
  const folder = makeWorkspace();
  const lake = join(folder, 'lake');
  const mapping = join(folder, 'mapping.yaml');
  let file = '';

  beforeAll(async () => {
    writeFileSync(mapping, MAPPING);
    writeFileSync(join(folder, 'all.pb'), delimited(messages));
    const { report } = await ingestCaptures(lake, [join(folder, 'all.pb')], ['--mapping', mapping]);
    expect(report).toMatchObject({ rows: ROWS, files: 1, flags: { temperature_qc: { fail: 3, not_evaluated: 4 } } });
    [file = ''] = dataFilesOf(lake);
  });

  it('is the same to the byte when it comes in two parts, each without threads', async () => {
    const parts = join(folder, 'parts');
    for (const part of [1, 0]) {
      const path = join(folder, `${part}.pb`);
      writeFileSync(path, delimited(messages.filter((_, index) => (index >= ROWS / 3 ? 1 : 0) === part)));
      await ingestCaptures(parts, [path], ['--mapping', mapping]);
    }
    expect(treeOf(parts)).toEqual(treeOf(lake));
  });

  it('tells a planner what it can leave out: row groups in order of time, statistics, a page index, its own columns', () => {
    const { row_groups: groups, key_value_metadata: notes } = parquetMetadata(
      new Uint8Array(readFileSync(join(lake, file))).buffer,
    );
    expect(groups.map(({ num_rows }) => Number(num_rows))).toEqual([122_880, ROWS - 122_880]);
    const times = groups.map(({ columns: [time] }) => time?.meta_data?.statistics);
    expect(Number(times[0]?.max_value)).toBeLessThanOrEqual(Number(times[1]?.min_value));
    for (const { meta_data: data, offset_index_offset: index } of groups.flatMap(({ columns }) => columns)) {
      expect([data?.codec, index === undefined]).toEqual(['ZSTD', false]);
      const hasValues = Number(data?.statistics?.null_count) < Number(data?.num_values);
      expect(data?.statistics?.min_value !== undefined).toBe(hasValues);
    }
    const description = notes?.find(({ key }) => key === 'tidelake')?.value;
    expect(JSON.parse(description ?? '')).toMatchObject({ version: 1, station: 'mooring', columns: expect.any(Array) });
  });

  it('reads the same in DuckDB, hyparquet and parquet-wasm', async () => {
    const native = await openNativeLake(lake);
    const [summary] = await native.query(
      `SELECT count(*)::INT AS rows, count(salinity)::INT AS salinities, sum(temperature)::DOUBLE AS warmth, sum(temperature_qc)::INT AS flags,
         count(*) FILTER (h3_cell = '${CELL}')::INT AS cells, max(epoch_us(time))::DOUBLE AS last FROM lake`,
    );
    native.close();
    expect(summary).toMatchObject({ rows: ROWS, salinities: ROWS / 2, cells: ROWS });
    const rows = await readParquetRows(join(lake, file));
    const table = tableFromIPC(readParquet(readFileSync(join(lake, file))).intoIPCStream());
    const sumOf = (values: Iterable<unknown>): number =>
      [...values].reduce<number>((sum, value) => sum + Number(value), 0);
    expect(sumOf(rows.map(({ temperature }) => temperature))).toBeCloseTo(Number(summary?.warmth), 6);
    expect(sumOf(table.getChild('temperature') ?? [])).toBeCloseTo(Number(summary?.warmth), 6);
    expect(sumOf(rows.map(({ temperature_qc: flag }) => flag))).toBe(summary?.flags);
    expect(sumOf(table.getChild('temperature_qc') ?? [])).toBe(summary?.flags);
    expect([rows.length, table.numRows]).toEqual([ROWS, ROWS]);
    expect([...new Set(rows.map(({ h3_cell: own }) => own))]).toEqual([CELL]);
    expect(table.getChild('h3_cell')?.get(0)).toBe(CELL);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import {
  dataFilesOf,
  filesBelow,
  ingestCaptures,
  makeWorkspace,
  readLakeRows,
  readParquetRows,
  removeWorkspaces,
  treeOf,
} from '../support/ingest-cli';
import {
  delimited,
  encodeTelemetry,
  EVENING,
  hexLine,
  seededRandom,
  shuffled,
  sweeps,
  telemetry,
} from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const messages = sweeps(480);
const encoded = messages.map(encodeTelemetry);

function workspace(): { lake: string; file: (name: string, content: string | Uint8Array) => string } {
  const folder = makeWorkspace();
  return {
    lake: join(folder, 'lake'),
    file: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
}

describe('tidelake ingest', () => {
  it('turns a length-delimited stream into sorted rows under their station and UTC day', async () => {
    const { lake, file } = workspace();
    const { code, report } = await ingestCaptures(lake, [file('a.pb', delimited(encoded))]);
    expect(code).toBe(0);
    expect(report).toMatchObject({ messages: 480, rows: 480, rowsAdded: 480, duplicates: 0, late: 0, quarantined: {} });
    expect(report.files).toBe(8);
    expect(report.minTime).toBe('2024-01-31T23:00:00.000Z');
    expect(report.maxTime).toBe('2024-02-01T00:59:00.000Z');
    expect(dataFilesOf(lake)).toContain('station=ctd-1/year=2024/month=02/day=01/part-0000.parquet');
    const rows = await readParquetRows(join(lake, 'station=ctd-3/year=2024/month=01/day=31/part-0000.parquet'));
    expect(rows).toHaveLength(60);
    expect(rows[0]).toEqual({
      time: new Date(EVENING * 1000),
      device_id: 'ctd-3',
      latitude: 26.5,
      longitude: -76.75,
      depth: 250,
      temperature: 18,
      salinity: 35.5,
      current_speed: null,
      current_direction: null,
      receive_time: null,
    });
    const times = rows.map(({ time }) => Number(time));
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });

  it('reads mosquitto_sub lines, with topics that hold blanks, and keeps the time of receipt', async () => {
    const { lake, file } = workspace();
    const lines = messages.map((fields, index) =>
      hexLine(`ocean/deck 2/${fields.deviceId ?? ''}`, encoded[index] ?? new Uint8Array(), (fields.timestamp ?? 0) + 3),
    );
    const { report } = await ingestCaptures(lake, [file('capture.log', lines.join(''))]);
    expect(report).toMatchObject({ messages: 480, rows: 480, quarantined: {} });
    const rows = await readLakeRows(lake);
    expect(rows.every(({ time, receive_time }) => Number(receive_time) - Number(time) === 3278)).toBe(true);
  });

  it('gives the same rows from both kinds of capture, and from the short line format', async () => {
    const one = workspace();
    const other = workspace();
    const short = encoded.map((payload) => `${EVENING}.000000001 a/b ${Buffer.from(payload).toString('hex')}\n`);
    await ingestCaptures(one.lake, [one.file('a.pb', delimited(encoded))]);
    await ingestCaptures(other.lake, [other.file('a.log', short.join(''))]);
    const withoutReceipt = async (lake: string): Promise<unknown[]> =>
      (await readLakeRows(lake)).map((row) => ({ ...row, receive_time: null }));
    expect(await withoutReceipt(other.lake)).toEqual(await withoutReceipt(one.lake));
  });

  it('leaves every byte as it is when run again', async () => {
    const { lake, file } = workspace();
    const input = file('a.pb', delimited([...encoded, encodeTelemetry({ ...telemetry(), latitude: Number.NaN })]));
    await ingestCaptures(lake, [input]);
    const before = treeOf(lake);
    const { report } = await ingestCaptures(lake, [input]);
    expect(report).toMatchObject({
      rows: 480,
      rowsAdded: 0,
      duplicates: 0,
      filesWritten: 0,
      quarantined: { bad_position: 1 },
    });
    expect(treeOf(lake)).toEqual(before);
    expect(filesBelow(lake).filter((path) => /lock|tmp/.test(path))).toEqual([]);
  });

  it('gives the same data files from shuffled, repeated, split and gzipped input', async () => {
    const random = seededRandom(7);
    const plain = workspace();
    await ingestCaptures(plain.lake, [plain.file('a.pb', delimited(encoded))]);

    const mixed = workspace();
    const repeated = shuffled([...encoded, ...encoded.filter(() => random() < 0.1)], random);
    const half = Math.floor(repeated.length / 2);
    const { report } = await ingestCaptures(mixed.lake, [
      mixed.file('b.pb', delimited(repeated.slice(half))),
      mixed.file('a.pb.gz', gzipSync(delimited(repeated.slice(0, half)))),
    ]);
    expect(report).toMatchObject({
      messages: repeated.length,
      rows: 480,
      duplicates: repeated.length - 480,
      conflicts: 0,
    });
    expect(treeOf(mixed.lake)).toEqual(treeOf(plain.lake));

    const parts = workspace();
    for (const [index, part] of [repeated.slice(half), repeated.slice(0, half)].entries()) {
      await ingestCaptures(parts.lake, [parts.file(`${index}.pb`, delimited(part))]);
    }
    expect(treeOf(parts.lake)).toEqual(treeOf(plain.lake));
  });

  it('spills to the disk beyond its memory, with the same result', async () => {
    const many = sweeps(150_000, 3).map((fields) => encodeTelemetry(fields));
    const roomy = workspace();
    const tight = workspace();
    const input = roomy.file('a.pb', delimited(many));
    await ingestCaptures(roomy.lake, [input]);
    const { report } = await ingestCaptures(tight.lake, [input], ['--memory', '1']);
    expect(report).toMatchObject({ messages: 150_000, rows: 150_000 });
    expect(treeOf(tight.lake)).toEqual(treeOf(roomy.lake));
  });

  it('keeps the same one of two conflicting messages whatever their order, and says so', async () => {
    const warm = encodeTelemetry(telemetry({ waterTempCelsius: 25 }));
    const cold = encodeTelemetry(telemetry({ waterTempCelsius: 24 }));
    const one = workspace();
    const other = workspace();
    const first = await ingestCaptures(one.lake, [one.file('a.pb', delimited([warm, cold]))]);
    const second = await ingestCaptures(other.lake, [other.file('a.pb', delimited([cold]))]);
    const third = await ingestCaptures(other.lake, [other.file('b.pb', delimited([warm]))]);
    expect(first.report).toMatchObject({ messages: 2, rows: 1, duplicates: 1, conflicts: 1 });
    expect(second.report).toMatchObject({ rows: 1, conflicts: 0 });
    expect(third.report).toMatchObject({ rows: 1, rowsAdded: 0, duplicates: 0, conflicts: 1 });
    expect(treeOf(other.lake)).toEqual(treeOf(one.lake));
    const lost = filesBelow(one.lake).find((path) => path.startsWith('_tidelake/quarantine/conflicts/')) ?? '';
    const rows = [...(await readLakeRows(one.lake)), ...(await readParquetRows(join(one.lake, lost)))];
    expect(rows.map(({ temperature }) => temperature)).toEqual([24, 25]);
    await ingestCaptures(other.lake, [other.file('c.pb', delimited([cold, cold, warm]))]);
    expect(treeOf(other.lake)).toEqual(treeOf(one.lake));
  });

  it('counts what comes late, and files it where it belongs', async () => {
    const { lake, file } = workspace();
    const at = (timestamp: number): Uint8Array => encodeTelemetry(telemetry({ timestamp }));
    const stream = delimited([
      at(EVENING + 4000),
      at(EVENING + 4000 - 599),
      at(EVENING + 4000 - 601),
      at(EVENING + 5000),
    ]);
    const { report } = await ingestCaptures(lake, [file('a.pb', stream)]);
    expect(report).toMatchObject({ rows: 4, late: 1 });
    const strict = workspace();
    const again = await ingestCaptures(strict.lake, [strict.file('a.pb', stream)], ['--lateness', '5']);
    expect(again.report).toMatchObject({ rows: 4, late: 2 });
  });

  it('tells absent from zero: variables become null, positions zero, a direction zero only beside a speed', async () => {
    const { lake, file } = workspace();
    const stream = delimited([
      encodeTelemetry({ deviceId: 'a', timestamp: EVENING, currentSpeedKnots: 10 }),
      encodeTelemetry({ deviceId: 'b', timestamp: EVENING, waterTempCelsius: Number.NaN }),
    ]);
    const { report } = await ingestCaptures(lake, [file('a.pb', stream)]);
    expect(report.notFinite).toEqual({ temperature: 1 });
    const [moving, still] = await readLakeRows(lake);
    expect(moving).toMatchObject({ latitude: 0, longitude: 0, depth: 0, temperature: null, current_direction: 0 });
    expect(moving?.current_speed).toBe(Math.fround((10 * 1852) / 3600));
    expect(still).toMatchObject({ temperature: null, current_speed: null, current_direction: null });
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { filesBelow, ingestCaptures, makeWorkspace, readQuarantine, removeWorkspaces } from '../support/ingest-cli';
import { delimited, encodeTelemetry, EVENING, hexLine, sweeps, telemetry } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const good = sweeps(8).map(encodeTelemetry);
const goodBytes = delimited(good);

async function ingestBytes(name: string, content: string | Uint8Array, more: string[] = []) {
  const folder = makeWorkspace();
  const lake = join(folder, 'lake');
  const input = join(folder, name);
  writeFileSync(input, content);
  const result = await ingestCaptures(lake, [input], more);
  return { ...result, lake, input, quarantine: await readQuarantine(lake) };
}

describe('what tidelake ingest sets aside', () => {
  it('keeps a truncated last message with its offset and bytes', async () => {
    const cut = delimited([encodeTelemetry(telemetry())]).subarray(0, 20);
    const { report, code, quarantine } = await ingestBytes('a.pb', Buffer.concat([goodBytes, cut]));
    expect(code).toBe(0);
    expect(report).toMatchObject({ messages: 9, rows: 8, quarantined: { truncated: 1 } });
    expect(quarantine).toEqual([
      expect.objectContaining({
        reason: 'truncated',
        source: 'a.pb',
        offset: BigInt(goodBytes.length),
        length: 20n,
        topic: null,
        receive_time: null,
        payload: new Uint8Array(cut.subarray(1)),
      }),
    ]);
  });

  it('keeps the rest of a stream behind an impossible length', async () => {
    const rest = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), goodBytes]);
    const { report, quarantine } = await ingestBytes('a.pb', Buffer.concat([goodBytes, rest]));
    expect(report).toMatchObject({ messages: 9, rows: 8, quarantined: { bad_framing: 1 } });
    expect(quarantine[0]).toMatchObject({
      reason: 'bad_framing',
      offset: BigInt(goodBytes.length),
      length: BigInt(rest.length),
      payload: new Uint8Array(rest),
    });
  });

  it('counts unknown fields and takes the message', async () => {
    const withUnknown = Buffer.concat([encodeTelemetry(telemetry()), Buffer.from([0xa0, 0x06, 0x07])]);
    const { report } = await ingestBytes('a.pb', delimited([withUnknown]));
    expect(report).toMatchObject({ messages: 1, rows: 1, quarantined: {}, unknownFields: { '100': 1 } });
  });

  it('sets aside bad positions, times, devices and bytes, each with its own offset', async () => {
    const bad: [reason: string, message: Uint8Array][] = [
      ['bad_position', encodeTelemetry(telemetry({ latitude: Number.NaN }))],
      ['bad_position', encodeTelemetry(telemetry({ longitude: 180.01 }))],
      ['bad_position', encodeTelemetry(telemetry({ depthMeters: Number.POSITIVE_INFINITY }))],
      ['bad_time', encodeTelemetry(telemetry({ timestamp: 0 }))],
      ['bad_time', encodeTelemetry(telemetry({ timestamp: 1000 }))],
      ['bad_time', encodeTelemetry(telemetry({ timestamp: 4_102_444_800 }))],
      ['missing_device', encodeTelemetry(telemetry({ deviceId: '' }))],
      ['undecodable', Buffer.from([0x0a, 0x05, 0x61])],
      ['undecodable', Buffer.from([0x08, 0x05])],
      ['undecodable', Buffer.from([0x0a, 0x02, 0xff, 0xfe])],
    ];
    const mixed = bad.flatMap(([, message], index) => [good[index % 8] ?? message, message]);
    const { report, quarantine, lake, input } = await ingestBytes('a.pb', delimited(mixed));
    expect(report).toMatchObject({
      messages: 20,
      rows: 8,
      duplicates: 2,
      quarantined: { bad_position: 3, bad_time: 3, missing_device: 1, undecodable: 3 },
    });
    expect(quarantine.map(({ reason }) => reason)).toEqual(bad.map(([reason]) => reason));
    const content = readFileSync(input);
    for (const [index, row] of quarantine.entries()) {
      const payload = bad[index]?.[1] ?? new Uint8Array();
      expect(row.payload).toEqual(new Uint8Array(payload));
      const start = Number(row.offset);
      expect(content.subarray(start, start + Number(row.length)).subarray(1)).toEqual(Buffer.from(payload));
    }
    expect(report.quarantineFiles.map((path) => path.replace('_tidelake/quarantine/', ''))).toEqual(
      filesBelow(join(lake, '_tidelake/quarantine')),
    );
  });

  it('goes on with the next line after one that cannot be read', async () => {
    const [payload = new Uint8Array()] = good;
    const whole = hexLine('ocean/telemetry/ctd-1', payload);
    const lines = [
      whole,
      'not a line at all\n',
      hexLine('ocean/telemetry/ctd-1', payload).replace(/..\n$/, '\n'),
      whole.replace(/[0-9a-f]\n$/, 'x\n'),
      `${EVENING}.5 1 0 0 ocean/telemetry/ctd-1 \n`,
      hexLine('ocean/telemetry/ctd-2', good[1] ?? payload).replace('\n', '\r\n'),
      whole.slice(0, 90),
    ];
    const { report, quarantine } = await ingestBytes('capture.log', lines.join(''));
    expect(report).toMatchObject({
      messages: 7,
      rows: 2,
      quarantined: { bad_line: 2, payload_length: 1, missing_device: 1, truncated: 1 },
    });
    let offset = 0;
    const offsets = lines.map((line) => (offset += line.length) - line.length);
    expect(quarantine.map((row) => Number(row.offset))).toEqual([1, 2, 3, 4, 6].map((line) => offsets[line]));
    expect(quarantine[1]).toMatchObject({ topic: 'ocean/telemetry/ctd-1', length: BigInt(lines[2]?.length ?? 0) });
  });

  it('reads %j lines of mosquitto 2.0, and sets aside those that lost bytes at a NUL', async () => {
    const payload = encodeTelemetry({ deviceId: 'ctd-1', timestamp: EVENING });
    const json = (bytes: Uint8Array, payloadlen: number): Buffer =>
      Buffer.concat([
        Buffer.from(
          `{"tst":"2024-01-31T23:00:05.250000Z+0000","topic":"a/b","qos":0,"retain":0,"payloadlen":${payloadlen},"payload":"`,
        ),
        Buffer.from(
          Array.from(bytes).flatMap((byte) =>
            byte < 0x20 ? [...Buffer.from(`\\u00${byte.toString(16).padStart(2, '0')}`)] : [byte],
          ),
        ),
        Buffer.from('"}\n'),
      ]);
    const content = Buffer.concat([json(payload, payload.length), json(payload.subarray(0, 4), payload.length)]);
    const { report, quarantine } = await ingestBytes('capture.jsonl', content);
    expect(report).toMatchObject({ messages: 2, rows: 1, quarantined: { payload_length: 1 } });
    expect(quarantine[0]).toMatchObject({
      offset: BigInt(json(payload, payload.length).length),
      topic: 'a/b',
      receive_time: new Date('2024-01-31T23:00:05.250Z'),
    });
  });

  it('takes what a damaged gzip stream still gives', async () => {
    const many = delimited(sweeps(4000).map(encodeTelemetry));
    const { report, code } = await ingestBytes('a.pb.gz', gzipSync(many).subarray(0, -2000));
    expect(code).toBe(0);
    expect(report.rows).toBeGreaterThan(1000);
    expect(report.quarantined.truncated).toBeGreaterThanOrEqual(1);
  });

  it('removes what it set aside once the same capture is read without loss', async () => {
    const { lake, input, report } = await ingestBytes(
      'a.pb',
      delimited([...good, encodeTelemetry(telemetry({ deviceId: '' }))]),
    );
    expect(report.quarantineFiles).toHaveLength(1);
    const mapping = join(lake, '../mapping.yaml');
    writeFileSync(
      mapping,
      'columns:\n  - { name: time, from: timestamp, role: time }\n  - { name: device_id, from: water_temp_celsius, role: device }\n',
    );
    const other = join(lake, '../other');
    await ingestCaptures(other, [input]);
    const again = await ingestCaptures(other, [input], ['--mapping', mapping]);
    expect(again.report).toMatchObject({ quarantined: {}, quarantineFiles: [] });
    expect(filesBelow(join(other, '_tidelake/quarantine'))).toEqual([]);
  });

  it('exits with 4 where too much was set aside, with 3 where nothing could be decoded', async () => {
    const mostlyBad = delimited([
      ...good.slice(0, 1),
      ...Array.from({ length: 3 }, () => encodeTelemetry({ deviceId: 'x' })),
    ]);
    expect((await ingestBytes('a.pb', mostlyBad)).code).toBe(4);
    expect((await ingestBytes('a.pb', mostlyBad, ['--max-bad-ratio', '0.75'])).code).toBe(0);
    expect((await ingestBytes('a.pb', Buffer.from([0x03, 0xff, 0xff, 0xff, 0x02, 0x07, 0x07]))).code).toBe(3);
    expect((await ingestBytes('empty.pb', '')).code).toBe(3);
  });

  it('says which of several captures it could not read, and takes the others', async () => {
    const folder = makeWorkspace();
    const csv = join(folder, 'a.csv');
    const stream = join(folder, 'b.pb');
    writeFileSync(csv, 'time,temperature\n2024-01-01,3\n');
    writeFileSync(stream, goodBytes);
    const { code, report } = await ingestCaptures(join(folder, 'lake'), [csv, stream]);
    expect(code).toBe(3);
    expect(report.rows).toBe(8);
    expect(report.unreadable).toEqual([expect.objectContaining({ path: csv })]);
  });
});

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from './testing/capture-bytes';

/** The folder of real captures beside the repository, or where the environment says. */
const FOLDER = join(
  process.env.TIDELAKE_SHARED ?? resolve(import.meta.dirname, '../../../../../shared/data'),
  'mqtt_pcap',
);
const SUMMARY = join(FOLDER, 'GROUND_TRUTH_summary.csv');
const present = existsSync(SUMMARY);

function read(file: string): Uint8Array {
  return readFileSync(join(FOLDER, file));
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Rows of a CSV file with quoted cells, by the names in its first line. */
function rows(text: string): Record<string, string>[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const cells = lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) =>
      quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
    ),
  );
  const [names = [], ...rest] = cells;
  return rest.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

function jsonLines(file: string): Record<string, unknown>[] {
  return readFileSync(join(FOLDER, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>);
}

describe.skipIf(!present)(`real captures${present ? '' : ' (skipped: no shared data; set TIDELAKE_SHARED)'}`, () => {
  const truths = present ? rows(readFileSync(SUMMARY, 'utf8')) : [];

  for (const truth of truths) {
    const file = truth.file ?? '';
    it(`agrees with tshark on ${file}`, () => {
      const bytes = read(file);
      const all = readCapture(bytes, { copyWindowSeconds: 0 }, 1000);
      expect(all.report).toMatchObject({
        fileBytes: Number(truth.bytes),
        publishes: Number(truth.publish_total),
        publishesToBroker: Number(truth.publish_to_broker),
        publishesFromBroker: Number(truth.publish_from_broker),
        publishPayloadBytes: Number(truth.payload_bytes),
        mqttPackets: JSON.parse(truth.mqtt_packet_counts ?? '{}') as unknown,
        connects: JSON.parse(truth.connect_versions ?? '{}') as unknown,
        truncatedAt: null,
        damagedRecords: 0,
        gaps: 0,
        malformedPackets: 0,
      });
      const topics = new Map<string, number>();
      for (const { topic } of all.messages) topics.set(topic, (topics.get(topic) ?? 0) + 1);
      expect([...topics].map(([topic, count]) => `${topic}=${count}`).join(';')).toBe(truth.topics);
      const distinct = new Set(all.messages.map(({ topic, payload }) => `${topic} ${sha256(payload)}`));
      expect(distinct.size).toBe(Number(truth.distinct_topic_payload));

      // Every payload of these captures was published once, except the retained one that a broker held from before.
      const once = readCapture(bytes);
      expect(once.messages).toHaveLength(distinct.size);
      expect(once.report.duplicatesByCopy).toBe(Number(truth.publish_total) - distinct.size);
    });
  }

  it('takes exactly the 816 published messages out of the 4,080 PUBLISH packets of capture A', () => {
    const { messages } = readCapture(read('local_broker/A_mqtt311_wb2_ctd_json_qos1.pcap'));
    const truth = jsonLines('local_broker/A_truth.jsonl');
    const decoder = new TextDecoder();
    expect(messages.map(({ topic, payload }) => [topic, decoder.decode(payload)])).toEqual(
      truth.map(({ topic, payload }) => [topic, payload]),
    );
    expect(messages.every(({ toBroker, qos }) => toBroker && qos === 1)).toBe(true);
  });

  it('takes the 816 messages also from what the subscribers alone received', () => {
    const bytes = read('local_broker/A_mqtt311_wb2_ctd_json_qos1.pcap');
    const publisher = readCapture(bytes).messages[0]?.flow.split(' > ')[0] ?? '';
    const port = Number(publisher.split(':')[1]);
    const withoutPublisher = withoutPort(bytes, port);
    expect(withoutPublisher.length).toBeLessThan(bytes.length);
    const { messages, report } = readCapture(withoutPublisher);
    expect(report).toMatchObject({ publishesToBroker: 0, publishes: 3264, messages: 816 });
    const truth = jsonLines('local_broker/A_truth.jsonl').map(
      ({ topic, payload }) => `${String(topic)} ${String(payload)}`,
    );
    const decoder = new TextDecoder();
    expect(messages.map(({ topic, payload }) => `${topic} ${decoder.decode(payload)}`).sort()).toEqual(truth.sort());
  });

  it('takes the 25 Sparkplug messages out of capture C, byte by byte', () => {
    const { messages } = readCapture(read('local_broker/C_mqtt311_sparkplug_b_wb2.pcap'));
    expect(messages.map(({ topic, payload }) => [topic, Buffer.from(payload).toString('hex')])).toEqual(
      jsonLines('local_broker/C_truth.jsonl').map(({ topic, payload_hex }) => [topic, payload_hex]),
    );
  });

  it('gives the same messages at the same times from every format a session was saved in', () => {
    const formats = ['_tcpdump.pcap', '.pcapng', '_RedHat61_tcpdump.pcap', '_Windows.cap'];
    const [first, ...others] = formats.map((format) =>
      readCapture(read(`other/pradeesi_mqtt_packets${format}`)).messages.map(
        ({ topic, payload, receiveTimeUs, flow }) => ({
          topic,
          payload: Buffer.from(payload).toString('hex'),
          receiveTimeUs,
          flow,
        }),
      ),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it('agrees with the logs of Zeek', () => {
    const { messages } = readCapture(read('other/zeek_mqtt.pcap'), { copyWindowSeconds: 0 });
    const log = readFileSync(join(FOLDER, 'other/zeek_baseline/mqtt.mqtt_publish.log'), 'utf8');
    const names = log.match(/^#fields\t(.*)$/m)?.[1]?.split('\t') ?? [];
    const truth = log
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => Object.fromEntries(line.split('\t').map((cell, index) => [names[index] ?? '', cell])));
    const qosNames = ['at most once', 'at least once', 'exactly once'];
    expect(
      messages.map(({ topic, payload, toBroker, retain, qos, flow }) => ({
        topic,
        payload: new TextDecoder().decode(payload),
        from_client: toBroker ? 'T' : 'F',
        retain: retain ? 'T' : 'F',
        qos: qosNames[qos],
        client: flow.split(' > ')[toBroker ? 0 : 1],
      })),
    ).toEqual(
      truth.map((row) => ({
        topic: row.topic,
        payload: row.payload,
        from_client: row.from_client,
        retain: row.retain,
        qos: row.qos,
        client: `${row['id.orig_h'] ?? ''}:${row['id.orig_p'] ?? ''}`,
      })),
    );
  });
});

/** A little-endian pcap file without the packets of a TCP port over Ethernet and IPv4. */
function withoutPort(bytes: Uint8Array, port: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 24)];
  for (let at = 24; at < bytes.length;) {
    const end = at + 16 + view.getUint32(at + 8, true);
    const tcp = at + 16 + 14 + 20;
    if (view.getUint16(tcp) !== port && view.getUint16(tcp + 2) !== port) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

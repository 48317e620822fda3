import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CaptureOptions } from './capture-context';
import { readCapture, type ReadCapture } from './testing/capture-bytes';

const FOLDER = join(import.meta.dirname, '../../../fixtures/network');
const FILE_HEADER_BYTES = 24;
const CAPTURE = gunzipSync(readFileSync(join(FOLDER, 'mosquitto-sessions.pcap.gz')));
const TRUTH = readFileSync(join(FOLDER, 'mosquitto-sessions.truth.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { topic: string; sha256: string; qos: number; retain: boolean });

const RECORDS: Buffer[] = [];
for (let at = FILE_HEADER_BYTES; at < CAPTURE.length;) {
  const end = at + 16 + CAPTURE.readUInt32LE(at + 8);
  RECORDS.push(CAPTURE.subarray(at, end));
  at = end;
}

interface Compared extends ReadCapture {
  /** Messages that were published and are not there, and those that are there more often than they were published. */
  missing: number;
  extra: number;
  /** Messages that nobody published, or whose payload is not as published. */
  wrong: number;
}

/** Reads some of the recorded packets, and compares what comes out with what was published. */
function compare(records: Buffer[], options: CaptureOptions = {}): Compared {
  const read = readCapture(Buffer.concat([CAPTURE.subarray(0, FILE_HEADER_BYTES), ...records]), options);
  const wanted = counts(TRUTH.map(({ topic, sha256 }) => `${topic} ${sha256}`));
  const open = read.messages.filter(({ topic }) => topic !== 'tls/secret');
  const found = counts(
    open.map(({ topic, payload }) => `${topic} ${createHash('sha256').update(payload).digest('hex')}`),
  );
  const beyond = (left: Map<string, number>, right: Map<string, number>): number =>
    [...left].reduce((sum, [key, count]) => sum + Math.max(0, count - (right.get(key) ?? 0)), 0);
  const wrong = [...found.keys()].filter((key) => !wanted.has(key)).length;
  return { ...read, missing: beyond(wanted, found), extra: beyond(found, wanted), wrong };
}

function counts(keys: string[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const key of keys) counted.set(key, (counted.get(key) ?? 0) + 1);
  return counted;
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

describe('a recorded broker with publishers and subscribers of every kind', () => {
  it('gives every published message once, and those sent over TLS from their way to the subscribers', () => {
    const { messages, report, missing, extra } = compare(RECORDS);
    expect({ missing, extra }).toEqual({ missing: 0, extra: 0 });
    expect(messages.filter(({ toBroker }) => !toBroker).map(({ topic }) => topic)).toEqual(Array(5).fill('tls/secret'));
    expect(report).toMatchObject({
      flows: 12,
      mqttFlows: 10,
      webSocketFlows: 4,
      encryptedFlows: { flows: 2 },
      connects: { '3': 1, '4': 4, '5': 5 },
      publishesToBroker: TRUTH.length,
      gaps: 0,
      resynchronisations: 0,
      malformedPackets: 0,
      unresolvedAliases: 0,
    });
    expect(Object.keys(report.encryptedPorts)).toEqual(['18883']);
  });

  it('gives quality of service and retain flag as published', () => {
    const { messages } = compare(RECORDS);
    const described = (topic: string, hash: string, qos: number, retain: boolean): string =>
      [topic, hash, qos, retain].join(' ');
    const found = messages
      .filter(({ toBroker }) => toBroker)
      .map(({ topic, payload, qos, retain }) =>
        described(topic, createHash('sha256').update(payload).digest('hex'), qos, retain),
      );
    expect(found.sort()).toEqual(
      TRUTH.map(({ topic, sha256, qos, retain }) => described(topic, sha256, qos, retain)).sort(),
    );
  });

  it('gives the same where packets are swapped, shuffled or captured twice', () => {
    const random = randomFrom(5);
    const shuffled: Buffer[] = [];
    for (let at = 0; at < RECORDS.length; at += 8) {
      shuffled.push(...RECORDS.slice(at, at + 8).sort(() => random() - 0.5));
    }
    const swapped = RECORDS.map((record, index) => RECORDS[index ^ 1] ?? record);
    for (const records of [swapped, shuffled, RECORDS.flatMap((record) => [record, record])]) {
      const { missing, extra, wrong } = compare(records);
      expect({ missing, extra, wrong }).toEqual({ missing: 0, extra: 0, wrong: 0 });
    }
  });

  it('invents and spoils nothing where packets are lost, cut, or missing from the start', () => {
    const random = randomFrom(7);
    const lossy = [0.001, 0.01, 0.05, 0.3].map((share) => RECORDS.filter(() => random() > share));
    const later = [100, 500, 1500].map((first) => RECORDS.slice(first));
    const snapped = [1500, 300, 128].map((length) =>
      RECORDS.map((record) => {
        const cut = Buffer.from(record.subarray(0, 16 + length));
        cut.writeUInt32LE(cut.length - 16, 8);
        return cut;
      }),
    );
    for (const records of [...lossy, ...later, ...snapped]) {
      const { extra, wrong, report } = compare(records);
      expect({ extra, wrong }).toEqual({ extra: 0, wrong: 0 });
      expect(compare(records, { copyWindowSeconds: 0 }).wrong).toBe(0);
      expect(report.messages).toBeGreaterThan(0);
    }
    const [hardlyLossy = RECORDS] = lossy;
    expect(compare(hardlyLossy).missing).toBe(0);
  });

  it('finds all of it where only the subscribers were captured', () => {
    const publisherPorts = new Set(
      compare(RECORDS)
        .messages.filter(({ toBroker }) => toBroker)
        .map(({ flow }) => Number(/:(\d+) > /.exec(flow)?.[1])),
    );
    const tcp = 16 + 14 + 20;
    const received = RECORDS.filter(
      (record) => !publisherPorts.has(record.readUInt16BE(tcp)) && !publisherPorts.has(record.readUInt16BE(tcp + 2)),
    );
    const { missing, extra, report } = compare(received);
    expect({ missing, extra }).toEqual({ missing: 0, extra: 0 });
    expect(report.publishesToBroker).toBe(0);
  });
});

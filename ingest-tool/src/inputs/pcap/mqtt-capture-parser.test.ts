import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../../decode/string-dictionary';
import { ToolError } from '../../tool-error';
import { Capture } from '../capture';
import { BATCH_CAPACITY, MessageBatch } from '../message-batch';
import { MqttCaptureParser } from './mqtt-capture-parser';
import { pcap, START_US } from './testing/capture-bytes';
import { concat, connect, publish, utf8 } from './testing/mqtt-bytes';
import { TestConnection } from './testing/packet-bytes';

interface Read {
  messages: string[];
  rejects: string[];
  batches: number;
  parser: MqttCaptureParser;
  times: number[];
}

/** Feeds a capture as the reader of `tidelake ingest` does: from one buffer that is overwritten between the calls. */
function readInChunks(capture: Uint8Array, chunk: number): Read {
  const topics = new StringDictionary();
  const parser = new MqttCaptureParser('captured.pcap', topics);
  const batch = new MessageBatch();
  const buffer = new Uint8Array(chunk);
  const read: Read = { messages: [], rejects: [], batches: 0, parser, times: [] };
  for (let base = 0, last = false; !last; base += chunk) {
    const part = capture.subarray(base, base + chunk);
    last = base + chunk >= capture.length;
    buffer.fill(0xee);
    buffer.set(part);
    let start = 0;
    do {
      batch.clear();
      start = parser.parse(buffer, start, part.length, base, last, batch);
      read.batches++;
      for (let index = 0; index < batch.count; index++) {
        const payload = batch.bytes.subarray(batch.start[index] ?? 0, batch.end[index] ?? 0);
        read.messages.push(`${topics.textOf(batch.topic[index] ?? -1)} ${new TextDecoder().decode(payload)}`);
        read.times.push(batch.receiveTime[index] ?? 0);
      }
      read.rejects.push(...batch.rejects.map(({ reason, topic }) => `${reason} ${topic ?? ''}`));
    } while (batch.full);
    expect(start).toBe(part.length);
  }
  return read;
}

function capture(count: number, more: Uint8Array[] = []): { bytes: Uint8Array; expected: string[] } {
  const connection = new TestConnection();
  const packets = [...connection.open(), connection.send('client', connect())];
  const expected: string[] = [];
  for (let first = 0; first < count; first += 100) {
    const parts: Uint8Array[] = [];
    for (let n = first; n < Math.min(count, first + 100); n++) {
      parts.push(publish({ topic: `sensor/${n % 7}`, payload: `{"n":${n}}` }));
      expected.push(`sensor/${n % 7} {"n":${n}}`);
    }
    packets.push(connection.send('client', concat(...parts)));
  }
  packets.push(...more.map((bytes) => connection.send('client', bytes)), ...connection.close());
  return { bytes: pcap(packets), expected };
}

describe('MqttCaptureParser', () => {
  it('fills batches with every message once, whatever the size of the chunks', () => {
    const { bytes, expected } = capture(3 * BATCH_CAPACITY);
    for (const chunk of [1000, 4096, 70_001, 10_000_000]) {
      const read = readInChunks(bytes, chunk);
      expect(read.messages).toEqual(expected);
      expect(read.rejects).toEqual([]);
      expect(read.parser.report.messages).toBe(expected.length);
      expect(read.times[0]).toBe(START_US + 4000);
    }
  });

  it('sets aside what is not whole, with its topic', () => {
    const cut = publish({ topic: 'cut', payload: 'x'.repeat(500) }).subarray(0, 100);
    const { bytes, expected } = capture(10, [cut]);
    const read = readInChunks(bytes, 65_536);
    expect(read.messages).toEqual(expected);
    expect(read.rejects).toEqual(['truncated cut']);
    expect(readInChunks(bytes.subarray(0, -3), 65_536).parser.notes()).toEqual([
      expect.stringMatching(/^The file ends inside a packet, at byte /),
    ]);
  });

  it('is what a gzipped network capture is read with', async () => {
    const path = join(import.meta.dirname, '../../../fixtures/network/mosquitto-sessions.pcap.gz');
    const topics = new StringDictionary();
    const capture = new Capture(path, undefined, topics);
    let messages = 0;
    for await (const batch of capture.batches()) messages += batch.count;
    expect(capture.format).toBe('network');
    expect(messages).toBe(95);
    expect(capture.notes).toEqual([
      expect.stringMatching(/PUBLISH packets on the wire gave 95 messages/),
      expect.stringMatching(/^2 connections encrypted with TLS .*port 18883/),
    ]);
  });

  it('names the file that it cannot read, and says what to do', () => {
    const netxray = concat(utf8('XCP\0'), utf8('001.100\0'), new Uint8Array(200));
    expect(() => readInChunks(netxray, 1000)).toThrow(ToolError);
    expect(() => readInChunks(netxray, 1000)).toThrow(/^captured\.pcap: .*NetXray capture of version 001\.100/);
  });
});

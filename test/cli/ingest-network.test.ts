import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pcap } from '../../ingest-tool/src/inputs/pcap/testing/capture-bytes';
import { connect, publish } from '../../ingest-tool/src/inputs/pcap/testing/mqtt-bytes';
import { TestConnection } from '../../ingest-tool/src/inputs/pcap/testing/packet-bytes';
import {
  ingestArguments,
  ingestCaptures,
  makeWorkspace,
  readLakeRows,
  removeWorkspaces,
  startTool,
} from '../support/ingest-cli';
import { delimited, encodeTelemetry, EVENING, sweeps } from '../support/ocean-telemetry';

afterAll(removeWorkspaces);

const encoded = sweeps(240).map(encodeTelemetry);

/** What tcpdump on the broker sees: each message comes in from the collector and goes out to a subscriber. */
function brokerCapture(): Uint8Array {
  const collector = new TestConnection({ address: [10, 0, 0, 1], port: 50_000 });
  const subscriber = new TestConnection({ address: [10, 0, 0, 3], port: 50_001 });
  const packets = [collector, subscriber].flatMap((connection) => [
    ...connection.open(),
    connection.send('client', connect()),
  ]);
  for (const payload of encoded) {
    const packet = publish({ topic: 'ocean/telemetry/ctd', payload, qos: 0 });
    packets.push(...collector.sendIn('client', packet, 40), subscriber.send('broker', packet));
  }
  const received = (EVENING + 86_400) * 1e6;
  return pcap(packets, { timesUs: packets.map((_, index) => received + index * 1000) });
}

/** A TLS hello, twice over, where MQTT would be. */
function encryptedCapture(): Uint8Array {
  const connection = new TestConnection(undefined, { address: [10, 0, 0, 2], port: 8883 });
  const hello = new Uint8Array([22, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3, ...new Uint8Array(54)]);
  return pcap([...connection.open(), connection.send('client', hello), connection.send('broker', hello)]);
}

describe('tidelake ingest of network captures', () => {
  it('finds the messages in the packets, each once, and makes the rows that the messages themselves make', async () => {
    const folder = makeWorkspace();
    const wire = join(folder, 'broker.pcap');
    const stream = join(folder, 'stream.pb');
    writeFileSync(wire, brokerCapture());
    writeFileSync(stream, delimited(encoded));
    const { code, report } = await ingestCaptures(join(folder, 'from-wire'), [wire]);
    expect(code).toBe(0);
    expect(report).toMatchObject({ messages: 240, rows: 240, duplicates: 0, quarantined: {} });
    expect(report.captureNotes).toHaveLength(1);
    expect(report.captureNotes[0]?.note).toContain('480 PUBLISH packets on the wire gave 240 messages');
    await ingestCaptures(join(folder, 'from-stream'), [stream]);
    const measured = (rows: Record<string, unknown>[]) => rows.map((row) => ({ ...row, receive_time: null }));
    expect(measured(await readLakeRows(join(folder, 'from-wire')))).toEqual(
      measured(await readLakeRows(join(folder, 'from-stream'))),
    );
  });

  it('says that a capture is encrypted rather than empty', async () => {
    const folder = makeWorkspace();
    const path = join(folder, 'tls.pcap');
    writeFileSync(path, encryptedCapture());
    const { code, stderr } = await startTool(ingestArguments(join(folder, 'lake'), [path])).ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/encrypted/);
  });
});

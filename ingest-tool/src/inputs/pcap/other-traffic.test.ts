import { describe, expect, it } from 'vitest';
import { pcap, readCapture, texts } from './testing/capture-bytes';
import { concat, publish, subscribe } from './testing/mqtt-bytes';
import { BROKER, CLIENT, TestConnection } from './testing/packet-bytes';

describe('other traffic', () => {
  it('counts TLS as encrypted, by port', () => {
    const connection = new TestConnection(CLIENT, { ...BROKER, port: 8883 });
    const hello = concat([0x16, 3, 1, 0, 100, 1, 0, 0, 96], new Uint8Array(96));
    const data = concat([0x17, 3, 3, 0, 50], new Uint8Array(50).fill(0x30));
    const packets = [
      ...connection.open(),
      connection.send('client', hello),
      connection.send('broker', hello),
      connection.send('client', data),
    ];
    const midStream = new TestConnection({ ...CLIENT, port: 40_003 }, { ...BROKER, port: 8883 });
    packets.push(midStream.send('broker', data));
    const { messages, report } = readCapture(pcap(packets));
    expect(messages).toEqual([]);
    const bytes = 2 * hello.length + 2 * data.length;
    expect(report.encryptedFlows).toEqual({ flows: 2, bytes });
    expect(report.encryptedPorts).toEqual({ '8883': { flows: 2, bytes } });
    expect(report).toMatchObject({ mqttFlows: 0, otherFlows: { flows: 0, bytes: 0 } });
  });

  it('finds no MQTT in web pages, mail and random bytes', () => {
    let seed = 1;
    const random = Uint8Array.from({ length: 40_000 }, () => (seed = (seed * 16_807) % 2_147_483_647) & 255);
    const contents = [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      '220 mail ESMTP\r\n250 0\r\n',
      'SSH-2.0-OpenSSH_9.2\r\n',
      '0123456789'.repeat(3000),
    ].map((text) => new TextEncoder().encode(text));
    const packets = [...contents, random].flatMap((content, n) => {
      const connection = new TestConnection({ ...CLIENT, port: 100 + n }, { ...BROKER, port: 8000 + n });
      return connection.sendIn('client', content, 1000);
    });
    const { messages, problems, report } = readCapture(pcap(packets));
    expect(messages).toEqual([]);
    expect(problems).toEqual([]);
    expect(report).toMatchObject({ mqttFlows: 0, publishes: 0 });
    expect(report.otherFlows.flows).toBe(5);
  });

  it('does not mistake a subscription for a WebSocket', () => {
    const connection = new TestConnection();
    const packets = [
      connection.send('client', subscribe('a/#')),
      connection.send('broker', publish({ topic: 'a/b', payload: '1' })),
    ];
    const { messages, report } = readCapture(pcap(packets));
    expect(texts(messages)).toEqual(['a/b 1']);
    expect(messages[0]?.toBroker).toBe(false);
    expect(report.webSocketFlows).toBe(0);
  });
});

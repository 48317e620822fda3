import { describe, expect, it } from 'vitest';
import { pcap, readCapture, texts } from './testing/capture-bytes';
import { concat, connack, connect, publish, utf8, webSocketFrame } from './testing/mqtt-bytes';
import { BROKER, CLIENT, TestConnection } from './testing/packet-bytes';

const REQUEST = utf8(
  'GET /mqtt HTTP/1.1\r\nHost: broker\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n\r\n',
);
const RESPONSE = utf8(
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n',
);
const WEB_BROKER = { ...BROKER, port: 9001 };
const MASK = 0x1234_abcd;
const ONE = publish({ topic: 'web/one', payload: 'x'.repeat(200) });
const TWO = publish({ topic: 'web/two', payload: '2', qos: 1, packetId: 4 });
const EXPECTED = [`web/one ${'x'.repeat(200)}`, 'web/two 2'];

function upgraded(connection: TestConnection): Uint8Array[] {
  return [...connection.open(), connection.send('client', REQUEST), connection.send('broker', RESPONSE)];
}

describe('MQTT in WebSockets', () => {
  it('reads masked frames, packets across frames, frames across packets and control frames between', () => {
    const connection = new TestConnection(CLIENT, WEB_BROKER);
    const stream = concat(connect(), ONE, TWO);
    const frames = [
      webSocketFrame(stream.subarray(0, 5), { mask: MASK, last: false }),
      webSocketFrame(utf8('ping'), { opcode: 9, mask: MASK }),
      webSocketFrame(stream.subarray(5, 60), { opcode: 0, mask: MASK, last: false }),
      webSocketFrame(stream.subarray(60), { opcode: 0, mask: MASK }),
      webSocketFrame(new Uint8Array(0), { opcode: 8, mask: MASK }),
    ];
    const packets = [
      ...upgraded(connection),
      connection.send('client', concat(...frames)),
      connection.send('broker', webSocketFrame(connack())),
    ];
    const { messages, report } = readCapture(pcap(packets));
    expect(texts(messages)).toEqual(EXPECTED);
    expect(report).toMatchObject({ webSocketFlows: 1, mqttFlows: 1, malformedPackets: 0, resynchronisations: 0 });
    expect(report.mqttPackets).toEqual({ CONNECT: 1, PUBLISH: 2, CONNACK: 1 });
  });

  it('reads a WebSocket stream that is cut at every byte position', () => {
    const content = concat(
      webSocketFrame(connect(), { mask: MASK }),
      webSocketFrame(ONE, { mask: 0x0102_0304 }),
      webSocketFrame(TWO, { mask: MASK }),
    );
    const stream = concat(REQUEST, content);
    for (let cut = 1; cut < stream.length; cut++) {
      const connection = new TestConnection(CLIENT, WEB_BROKER);
      const packets = [
        ...connection.open(),
        connection.send('client', stream.subarray(0, cut)),
        connection.send('client', stream.subarray(cut)),
      ];
      expect(texts(readCapture(pcap(packets)).messages)).toEqual(EXPECTED);
    }
  });

  it('starts in the middle of a WebSocket, in both directions', () => {
    const connection = new TestConnection(CLIENT, WEB_BROKER);
    const packets = [
      connection.send('client', webSocketFrame(TWO, { mask: MASK })),
      connection.send('broker', webSocketFrame(publish({ topic: 'down', payload: '3' }))),
      connection.send('client', webSocketFrame(ONE, { mask: MASK })),
    ];
    const { messages, report } = readCapture(pcap(packets));
    expect(texts(messages)).toEqual(['web/two 2', 'down 3', EXPECTED[0]]);
    expect(report.webSocketFlows).toBe(1);
  });

  it('goes on behind a hole between frames and behind one inside a frame', () => {
    const connection = new TestConnection(CLIENT, WEB_BROKER);
    const packets = [...upgraded(connection), connection.send('client', webSocketFrame(connect(), { mask: MASK }))];
    connection.lose('client', 77);
    packets.push(connection.send('client', webSocketFrame(TWO, { mask: MASK })));
    const frame = webSocketFrame(ONE, { mask: MASK });
    packets.push(connection.send('client', frame.subarray(0, 100)));
    connection.lose('client', 50);
    packets.push(connection.send('client', frame.subarray(150)));
    packets.push(
      connection.send('client', webSocketFrame(publish({ topic: 'web/three', payload: '3' }), { mask: MASK })),
      ...connection.close(),
    );
    const { messages, report } = readCapture(pcap(packets));
    expect(texts(messages)).toEqual(['web/two 2', 'web/three 3']);
    expect(report).toMatchObject({ gaps: 2, bytesLost: 127, publishesTruncated: 1 });
  });

  it('counts a compressed WebSocket instead of misreading it', () => {
    const connection = new TestConnection(CLIENT, WEB_BROKER);
    const frame = webSocketFrame(connect(), { mask: MASK, opcode: 2 | 0x40 });
    const { messages, report } = readCapture(pcap([...upgraded(connection), connection.send('client', frame)]));
    expect(messages).toEqual([]);
    expect(report).toMatchObject({ compressedFlows: 1, webSocketFlows: 1 });
  });

  it('takes no web page for a WebSocket', () => {
    const connection = new TestConnection(CLIENT, { ...BROKER, port: 80 });
    const packets = [
      ...connection.open(),
      connection.send('client', utf8('GET / HTTP/1.1\r\nHost: x\r\n\r\n')),
      connection.send('broker', utf8('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n0\u0005a')),
    ];
    expect(readCapture(pcap(packets)).report).toMatchObject({
      webSocketFlows: 0,
      mqttFlows: 0,
      otherFlows: { flows: 1 },
    });
  });
});

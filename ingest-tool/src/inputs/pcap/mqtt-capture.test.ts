import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CaptureFileError } from './capture-file-error';
import { emptyCaptureReport } from './capture-report';
import { readMqttCapture } from './mqtt-capture';
import { pcap, readCapture, START_US, STEP_US, texts } from './testing/capture-bytes';
import { concat, connack, connect, PINGREQ_BYTES, publish } from './testing/mqtt-bytes';
import { BROKER, CLIENT, fragments, ip, LINK_LAYERS, RST, tcp, TestConnection } from './testing/packet-bytes';

const SIX_CLIENT = { address: [0xfe, 0x80, ...Array<number>(13).fill(0), 1], port: 50_000 };
const SIX_BROKER = { address: [0xfe, 0x80, ...Array<number>(13).fill(0), 2], port: 1883 };

/** A session in which a client publishes what is given, each in its own packet. */
function session(publishes: Uint8Array[], connection = new TestConnection(), version = 4): Uint8Array[] {
  return [
    ...connection.open(),
    connection.send('client', connect(version)),
    connection.send('broker', connack(version)),
    ...publishes.map((bytes) => connection.send('client', bytes)),
    ...connection.close(),
  ];
}

const THREE = [
  publish({ topic: 'a/temperature', payload: '{"t":21.5}' }),
  publish({ topic: 'a/humidity', payload: '{"h":55}', qos: 1, packetId: 7 }),
  publish({ topic: 'b/pressure', payload: '{"p":1013}', qos: 2, packetId: 8, retain: true }),
];
const THREE_TEXTS = ['a/temperature {"t":21.5}', 'a/humidity {"h":55}', 'b/pressure {"p":1013}'];

describe('link and network layers', () => {
  for (const link of Object.keys(LINK_LAYERS)) {
    it(`reads ${link} with IPv4 and with IPv6`, () => {
      const six = new TestConnection(SIX_CLIENT, SIX_BROKER);
      const { messages, report } = readCapture(pcap([...session(THREE), ...session(THREE, six)], { link }));
      expect(texts(messages)).toEqual([...THREE_TEXTS, ...THREE_TEXTS]);
      expect(report).toMatchObject({ flows: 2, mqttFlows: 2, otherPackets: 0, gaps: 0, malformedPackets: 0 });
      expect(messages[0]?.flow).toBe('10.0.0.1:50000 > 10.0.0.2:1883');
      expect(messages[3]?.flow).toBe('[fe80::1]:50000 > [fe80::2]:1883');
    });
  }

  it('counts packets of a link type that is not read', () => {
    const capture = pcap(session(THREE));
    capture[20] = 105;
    const { messages, report } = readCapture(capture);
    expect(messages).toEqual([]);
    expect(report.unsupportedLinkTypes).toEqual({ '105': report.packets });
  });

  it('steps over IP options and extension headers, and takes a length of 0 from offloading cards', () => {
    const bytes = concat(connect(), publish({ topic: 't', payload: 'x' }));
    const segment = tcp(CLIENT, BROKER, 100, 1, 16, bytes);
    const options = ip(CLIENT, BROKER, segment, { ipOptions: [7, 7, 4, 0, 0, 0, 0, 0] });
    const zero = ip({ ...CLIENT, port: 1 }, BROKER, tcp({ ...CLIENT, port: 1 }, BROKER, 5, 1, 16, bytes), {
      zeroLength: true,
    });
    const extension = ip(SIX_CLIENT, SIX_BROKER, tcp(SIX_CLIENT, SIX_BROKER, 5, 1, 16, bytes), {
      extension: [60, 0, 1, 4, 0, 0, 0, 0, 6, 1, 1, 12, ...Array<number>(12).fill(0)],
    });
    const { messages } = readCapture(pcap([options, zero, extension], { link: 'raw IP' }), { copyWindowSeconds: 0 });
    expect(texts(messages)).toEqual(['t x', 't x', 't x']);
  });

  it('puts fragmented packets together, whatever their order, and reports those that stay incomplete', () => {
    for (const [client, broker] of [
      [CLIENT, BROKER],
      [SIX_CLIENT, SIX_BROKER],
    ] as const) {
      const connection = new TestConnection(client, broker);
      const packets = session([publish({ topic: 'big', payload: 'x'.repeat(500) })], connection);
      const parts = packets.flatMap((packet) => fragments(packet, 128).reverse());
      const whole = readCapture(pcap(parts));
      expect(texts(whole.messages)).toEqual([`big ${'x'.repeat(500)}`]);
      expect(whole.report.ipFragmentsLost).toBe(0);

      const broken = readCapture(pcap(parts.filter((part) => part.length !== 148 && part.length !== 176)));
      expect(broken.messages).toEqual([]);
      expect(broken.report.ipFragmentsLost).toBeGreaterThan(0);
    }
  });
});

describe('TCP', () => {
  it('reads a stream that is cut at every byte position', () => {
    const stream = concat(connect(), ...THREE, PINGREQ_BYTES);
    for (let cut = 1; cut < stream.length; cut++) {
      const connection = new TestConnection();
      const packets = [
        ...connection.open(),
        connection.send('client', stream.subarray(0, cut)),
        connection.send('client', stream.subarray(cut)),
      ];
      const { messages, report } = readCapture(pcap(packets));
      expect(texts(messages)).toEqual(THREE_TEXTS);
      expect(report.resynchronisations).toBe(0);
    }
  });

  it('reads a stream of segments of one byte, arriving in chunks of one byte', () => {
    const connection = new TestConnection();
    const packets = [...connection.open(), ...connection.sendIn('client', concat(connect(), ...THREE), 1)];
    expect(texts(readCapture(pcap(packets), {}, 1).messages)).toEqual(THREE_TEXTS);
  });

  it('reads several packets in one segment', () => {
    const connection = new TestConnection();
    const packets = [...connection.open(), connection.send('client', concat(connect(), ...THREE, ...THREE))];
    expect(texts(readCapture(pcap(packets)).messages)).toEqual([...THREE_TEXTS, ...THREE_TEXTS]);
  });

  it('says when and where in the file a message was complete', () => {
    const connection = new TestConnection();
    const [first = new Uint8Array(0)] = THREE;
    const packets = [
      ...connection.open(),
      connection.send('client', connect()),
      connection.send('client', first.subarray(0, 4)),
      connection.send('client', first.subarray(4)),
    ];
    const capture = pcap(packets);
    const [message] = readCapture(capture).messages;
    expect(message?.receiveTimeUs).toBe(START_US + 5 * STEP_US);
    const lastRecord = capture.length - (16 + 14 + (packets[5]?.length ?? 0));
    expect(message).toMatchObject({ packetOffset: lastRecord, qos: 0, retain: false, dup: false, toBroker: true });
  });

  it('puts reordered segments in order and leaves retransmitted and overlapping ones out', () => {
    const connection = new TestConnection();
    const open = connection.open();
    const before = new TestConnection();
    before.open();
    const stream = concat(connect(), ...THREE);
    const pieces = connection.sendIn('client', stream, 10);
    // The same bytes again, cut otherwise, so that every segment overlaps two of the first.
    const overlapping = before.sendIn('client', stream, 13);
    const shuffled = [...pieces].reverse();
    const { messages, report } = readCapture(pcap([...open, ...shuffled, ...overlapping]));
    expect(texts(messages)).toEqual(THREE_TEXTS);
    expect(report.tcpReorderedSegments).toBe(pieces.length - 1);
    expect(report.tcpRetransmittedBytes).toBe(stream.length);
    expect(report).toMatchObject({ gaps: 0, bytesLost: 0, publishes: 3 });
  });

  it('starts in the middle of a connection, inside a packet', () => {
    const connection = new TestConnection();
    const long = publish({ topic: 'cut', payload: 'y'.repeat(100) });
    const stream = concat(long.subarray(50), ...THREE, ...THREE);
    const { messages, report } = readCapture(pcap(connection.sendIn('client', stream, 40)), { copyWindowSeconds: 0 });
    expect(texts(messages)).toEqual([...THREE_TEXTS, ...THREE_TEXTS]);
    expect(report).toMatchObject({ resynchronisations: 1, bytesOutOfSync: long.length - 50 });
  });

  it('starts in the middle of a connection on a port of its own', () => {
    const connection = new TestConnection(CLIENT, { ...BROKER, port: 17_501 });
    const { messages } = readCapture(pcap(THREE.map((bytes) => connection.send('client', bytes))));
    expect(texts(messages)).toEqual(THREE_TEXTS);
  });

  it('reads a segment from before the first one seen', () => {
    const connection = new TestConnection();
    const [first, second, third] = THREE.map((bytes) => connection.send('client', bytes));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three packets');
    const { messages } = readCapture(pcap([second, first, third]));
    expect(texts(messages).sort()).toEqual([...THREE_TEXTS].sort());
  });

  it('goes on behind a lost segment and says how many bytes were lost', () => {
    const connection = new TestConnection();
    const packets = [...connection.open(), connection.send('client', connect())];
    packets.push(connection.send('client', THREE[0] ?? connect()));
    connection.lose('client', 100);
    const later = [1, 2, 3].map((n) => connection.send('client', publish({ topic: 'later', payload: String(n) })));
    const acknowledgement = connection.send('broker', connack());
    const timesUs = [0, 0, 0, 0, 0, 0, 0, 0, 0, 2].map((seconds) => START_US + seconds * 1e6);
    const last = connection.send('client', publish({ topic: 'later', payload: '4' }));
    const { messages, report } = readCapture(pcap([...packets, ...later, acknowledgement, last], { timesUs }));
    expect(texts(messages)).toEqual([THREE_TEXTS[0], 'later 1', 'later 2', 'later 3', 'later 4']);
    expect(report).toMatchObject({ gaps: 1, bytesLost: 100, resynchronisations: 1, bytesOutOfSync: 0 });
  });

  it('loses only the packet that a hole is in', () => {
    const connection = new TestConnection();
    const long = publish({ topic: 'long', payload: 'z'.repeat(300) });
    const packets = [...connection.open(), connection.send('client', concat(connect(), long.subarray(0, 100)))];
    connection.lose('client', 100);
    packets.push(connection.send('client', concat(long.subarray(200), ...THREE)), ...connection.close());
    const { messages, problems, report } = readCapture(pcap(packets));
    expect(texts(messages)).toEqual(THREE_TEXTS);
    expect(report).toMatchObject({ publishesTruncated: 1, gaps: 1, bytesLost: 100, resynchronisations: 0 });
    expect(problems).toMatchObject([{ reason: 'truncated', topic: 'long' }]);
  });

  it('goes on behind packets that the snapshot length cut', () => {
    const long = publish({ topic: 'long', payload: 'z'.repeat(300) });
    const { messages, problems, report } = readCapture(
      pcap(session([long, ...THREE, long, ...THREE]), { snapLength: 120 }),
    );
    expect(texts(messages)).toEqual([...THREE_TEXTS, ...THREE_TEXTS]);
    expect(report).toMatchObject({ snappedPackets: 2, publishesTruncated: 2, gaps: 2, resynchronisations: 0 });
    expect(problems).toMatchObject([
      { reason: 'truncated', topic: 'long' },
      { reason: 'truncated', topic: 'long' },
    ]);
  });

  it('tells connections apart that use the same ports one after the other', () => {
    const again = [publish({ topic: 'again', payload: '1' })];
    const later = new TestConnection();
    later.lose('client', 5_000_000);
    const { messages, report } = readCapture(pcap([...session(THREE), ...session(again, later)]));
    expect(texts(messages)).toEqual([...THREE_TEXTS, 'again 1']);
    expect(report).toMatchObject({ flows: 2, mqttFlows: 2, gaps: 0 });
  });

  it('hands on what waited behind a hole when a connection is reset', () => {
    const connection = new TestConnection();
    const packets = [...connection.open(), connection.send('client', connect())];
    connection.lose('client', 30);
    packets.push(connection.send('client', publish({ topic: 'after', payload: '1' })));
    packets.push(ip(BROKER, CLIENT, tcp(BROKER, CLIENT, 1, 1, RST)));
    const other = new TestConnection({ ...CLIENT, port: 9 });
    packets.push(...session([publish({ topic: 'other', payload: '2' })], other));
    expect(texts(readCapture(pcap(packets)).messages)).toEqual(['after 1', 'other 2']);
  });

  it('forgets the longest unused connections where there are too many, and still reads them afterwards', () => {
    const connections = Array.from({ length: 20 }, (_, n) => new TestConnection({ ...CLIENT, port: 40_000 + n }));
    const packets = connections.flatMap((connection) => [
      ...connection.open(),
      connection.send('client', connect()),
      connection.send('client', publish({ topic: 'first', payload: String(connection.client.port) })),
    ]);
    for (const connection of connections) {
      packets.push(connection.send('client', publish({ topic: 'second', payload: String(connection.client.port) })));
    }
    const { messages, report } = readCapture(pcap(packets), { connections: 4 });
    expect(messages).toHaveLength(40);
    expect(report.evictedFlows).toBe(36);
  });
});

describe('MQTT', () => {
  for (const version of [3, 4, 5]) {
    it(`reads protocol version ${version}`, () => {
      const publishes = [0, 1, 2].map((qos) =>
        publish({ topic: 'v', payload: `${qos}`, qos: qos === 0 ? 0 : qos === 1 ? 1 : 2, version }),
      );
      const { messages, report } = readCapture(pcap(session(publishes, new TestConnection(), version)));
      expect(messages.map(({ qos }) => qos)).toEqual([0, 1, 2]);
      expect(texts(messages)).toEqual(['v 0', 'v 1', 'v 2']);
      expect(report.connects).toEqual({ [version]: 1 });
    });
  }

  it('follows topic aliases and passes over the other properties', () => {
    const properties = [0x01, 1, 0x26, 0, 1, 97, 0, 1, 98, 0x0b, 0x85, 0x01, 0x03, 0, 1, 99];
    const publishes = [
      publish({ topic: 'long/name', payload: '1', version: 5, alias: 3, properties }),
      publish({ topic: '', payload: '2', version: 5, alias: 3 }),
      publish({ topic: 'other', payload: '3', version: 5, alias: 3 }),
      publish({ topic: '', payload: '4', version: 5, alias: 3 }),
      publish({ topic: '', payload: '5', version: 5, alias: 9 }),
    ];
    const { messages, problems, report } = readCapture(pcap(session(publishes, new TestConnection(), 5)));
    expect(texts(messages)).toEqual(['long/name 1', 'long/name 2', 'other 3', 'other 4']);
    expect(report.unresolvedAliases).toBe(1);
    expect(problems).toMatchObject([{ reason: 'unresolved_alias', detail: 'topic alias 9' }]);
  });

  it('tells MQTT 5 from 3.1.1 where the CONNECT is not in the capture', () => {
    const read = (...publishes: Uint8Array[]): Uint8Array[] => {
      const connection = new TestConnection();
      const packets = publishes.map((bytes) => connection.send('client', bytes));
      return readCapture(pcap(packets), { copyWindowSeconds: 0 }).messages.map(({ payload }) => payload);
    };
    const text = new TextEncoder().encode('{"a":1}');
    expect(read(publish({ topic: 't', payload: text, version: 5 }))).toEqual([text]);
    expect(read(publish({ topic: 't', payload: text, version: 4 }))).toEqual([text]);
    const binary = new Uint8Array([8, 1, 0x15, 0, 0, 0x80, 0x3f]);
    expect(read(...Array<Uint8Array>(20).fill(publish({ topic: 't', payload: binary, version: 5 })))).toEqual(
      Array(20).fill(binary),
    );
    // A first payload that starts with zero is not taken for MQTT 5 before another one has been seen.
    const zeroFirst = new Uint8Array([0, 1, 2]);
    expect(
      read(publish({ topic: 't', payload: zeroFirst }), publish({ topic: 't', payload: new Uint8Array([200, 1]) })),
    ).toEqual([zeroFirst, new Uint8Array([200, 1])]);
  });

  it('keeps empty payloads, payloads with zero bytes, and topics in any script', () => {
    const publishes = [
      publish({ topic: 'empty', payload: '' }),
      publish({ topic: 'meer/wärme/水温', payload: new Uint8Array([0, 1, 0, 2]) }),
    ];
    const { messages } = readCapture(pcap(session(publishes)));
    expect(messages.map(({ topic, payload }) => [topic, [...payload]])).toEqual([
      ['empty', []],
      ['meer/wärme/水温', [0, 1, 0, 2]],
    ]);
  });

  it('reads a packet of several megabytes and passes over one beyond the limit', () => {
    const big = publish({ topic: 'big', payload: 'b'.repeat(3_000_000) });
    const connection = new TestConnection();
    const packets = [
      ...connection.open(),
      connection.send('client', connect()),
      ...connection.sendIn('client', concat(big, ...THREE), 60_000),
    ];
    expect(readCapture(pcap(packets)).messages.map(({ payload }) => payload.length)).toEqual([3_000_000, 10, 8, 10]);
    for (const options of [{ longestMessageBytes: 1_000_000 }, { bufferBytes: 1_000_000 }]) {
      const { messages, report, problems } = readCapture(pcap(packets), options);
      expect(texts(messages)).toEqual(THREE_TEXTS);
      expect(report.oversizedPackets).toBe(1);
      expect(problems).toMatchObject([{ reason: 'oversized', topic: 'big' }]);
    }
  });

  it('reports a packet the capture ends within, and reads what a wrong length had swallowed', () => {
    const [first = new Uint8Array(0), ...rest] = THREE.map((bytes) => bytes.slice());
    first[1] = 250;
    const { messages, report } = readCapture(pcap(session([first, ...rest])));
    expect(texts(messages)).toEqual(THREE_TEXTS.slice(1));
    expect(report.publishesTruncated + report.malformedPackets).toBe(1);
  });

  it('finds the next packet behind bytes that are none', () => {
    const junk = new Uint8Array([0, 1, 2, 3, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const { messages, report } = readCapture(pcap(session([junk, ...THREE])));
    expect(texts(messages)).toEqual(THREE_TEXTS);
    expect(report.malformedPackets).toBe(1);
  });
});

describe('readMqttCapture', () => {
  it('yields messages while the file arrives and returns the report', async () => {
    const capture = pcap(session(THREE));
    const chunks = [capture.subarray(0, 100), capture.subarray(100, 101), capture.subarray(101)];
    const report = emptyCaptureReport();
    const seen: string[] = [];
    for await (const message of readMqttCapture(Readable.from(chunks), {}, report)) seen.push(message.topic);
    expect(seen).toEqual(['a/temperature', 'a/humidity', 'b/pressure']);
    expect(report).toMatchObject({ format: 'pcap', fileBytes: capture.length, publishes: 3, messages: 3 });
  });

  it('refuses what is not a capture, and says what to do', async () => {
    const read = async (bytes: Uint8Array): Promise<void> => {
      for await (const message of readMqttCapture(Readable.from([bytes]))) expect(message).toBeUndefined();
    };
    await expect(read(new TextEncoder().encode('{"tst":"2026"}'))).rejects.toThrow(CaptureFileError);
    await expect(read(new Uint8Array(0))).rejects.toThrow(/neither pcap nor pcapng/);
  });
});

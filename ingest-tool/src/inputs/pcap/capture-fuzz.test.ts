import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CapturedMessage } from './captured-message';
import { isNetworkCapture } from './capture-file';
import { mutate, randomFrom } from '../testing/mutation';
import { CaptureFileError } from './capture-file-error';
import { pcap, pcapngSection, readCapture } from './testing/capture-bytes';
import { concat, connack, connect, publish, subscribe, utf8, webSocketFrame } from './testing/mqtt-bytes';
import { BROKER, CLIENT, fragments, TestConnection } from './testing/packet-bytes';

/** Mutated inputs a run; `FUZZ_RUNS=100000` for the long one, `FUZZ_SEED` for another course. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 3000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
const BUFFER_BYTES = 256 << 10;

/** A capture with all that is read in it. */
function richCapture(): Uint8Array[] {
  const plain = new TestConnection();
  const five = new TestConnection({ ...CLIENT, port: 2 }, BROKER);
  const web = new TestConnection({ ...CLIENT, port: 3 }, { ...BROKER, port: 8083 });
  const late = new TestConnection({ ...CLIENT, port: 4 }, BROKER);
  const tls = new TestConnection({ ...CLIENT, port: 5 }, { ...BROKER, port: 8883 });
  const numbered = (n: number, version = 4): Uint8Array =>
    publish({ topic: `t/${n}`, payload: `{"n":${n}}`, qos: 1, packetId: n + 1, version });
  return [
    ...plain.open(),
    plain.send('client', connect()),
    plain.send('broker', connack()),
    plain.send('client', subscribe('#')),
    ...[0, 1, 2].map((n) => plain.send('client', numbered(n))),
    ...plain.sendIn('client', concat(numbered(3), numbered(4), numbered(5)), 11).reverse(),
    ...fragments(plain.send('client', publish({ topic: 'big', payload: 'b'.repeat(400) })), 64),
    ...five.open(),
    five.send('client', connect(5)),
    five.send('client', publish({ topic: 'alias', payload: '1', version: 5, alias: 1 })),
    five.send('client', publish({ topic: '', payload: '2', version: 5, alias: 1 })),
    ...web.open(),
    web.send('client', utf8('GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n')),
    web.send('broker', utf8('HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n')),
    web.send('client', webSocketFrame(concat(connect(), numbered(6)), { mask: 0x0a0b_0c0d })),
    late.send('broker', numbered(7)),
    late.send('client', numbered(8, 5)),
    tls.send('client', concat([0x17, 3, 3, 0, 20], new Uint8Array(20))),
    ...plain.close(),
  ];
}

function realCaptures(): Uint8Array[] {
  const shared = process.env.TIDELAKE_SHARED ?? resolve(import.meta.dirname, '../../../../../shared/data');
  const folders = ['suricata', 'other', 'local_broker']
    .map((name) => join(shared, 'mqtt_pcap', name))
    .filter(existsSync);
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /cap(ng)?$/.test(path) && statSync(path).size < 40_000)
    .map((path) => readFileSync(path));
}

const SEEDS = [
  pcap(richCapture()),
  pcap(richCapture(), { bigEndian: true, nanoseconds: true, link: 'Linux SLL2', snapLength: 150 }),
  pcapngSection(richCapture(), { resolution: 9 }),
  concat(
    pcapngSection(richCapture(), { bigEndian: true, link: 'raw IP' }),
    pcapngSection(richCapture(), { block: 'simple', link: 'NULL of little-endian machines' }),
  ),
  ...realCaptures(),
];

function key({ topic, payload }: CapturedMessage): string {
  return `${topic} ${Buffer.from(payload).toString('latin1')}`;
}

describe(`damaged captures (${RUNS} inputs, seed ${SEED})`, () => {
  it('neither crash nor hang nor take more memory, and every input is accounted for', { timeout: 3_600_000 }, () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run++) {
      const seed = SEEDS[random(SEEDS.length)] ?? new Uint8Array(0);
      const bytes = mutate(seed, random);
      const chunk = random(3) === 0 ? 1 + random(200) : 65_536;
      try {
        const { report, messages } = readCapture(
          bytes,
          { bufferBytes: BUFFER_BYTES, connections: 16, copyMemory: 256 },
          chunk,
        );
        expect(report.messages).toBe(messages.length);
        expect(report.fileBytes).toBe(bytes.length);
        const accounted = report.messages + report.duplicatesByCopy + report.dupSuppressed + report.unresolvedAliases;
        if (accounted > report.publishes) expect.fail(`run ${run}: more came out than went in`);
        const payloadBytes = messages.reduce((sum, { payload }) => sum + payload.length, 0);
        if (payloadBytes > 2 * bytes.length) expect.fail(`run ${run}: ${payloadBytes} bytes out of ${bytes.length}`);
      } catch (error) {
        const refused = error instanceof CaptureFileError;
        if (!refused || (isNetworkCapture(bytes) && bytes[0] !== 0x58)) {
          throw new Error(`run ${run} with seed ${SEED}`, { cause: error });
        }
      }
    }
  });

  it('lose no message of a packet that is not damaged itself', { timeout: 3_600_000 }, () => {
    const random = randomFrom(SEED + 1);
    const connections = Array.from({ length: 12 }, (_, n) => new TestConnection({ ...CLIENT, port: 100 + n }, BROKER));
    const packets = connections.flatMap((connection, n) => [
      ...connection.open(),
      connection.send('client', connect()),
      connection.send('client', publish({ topic: `sensor/${n}`, payload: `{"reading":${n * 37}}` })),
      ...connection.close(),
    ]);
    for (const seed of [pcap(packets), pcapngSection(packets)]) {
      const whole = readCapture(seed).messages;
      expect(whole).toHaveLength(connections.length);
      for (let run = 0; run < RUNS / 2; run++) {
        const bytes = Uint8Array.from(seed);
        // Behind the file header and the interface, of which there is only one.
        const at = 60 + random(bytes.length - 64);
        for (let index = 0; index < 1 + random(4); index++) bytes[at + index] = random(256);
        const found = new Set(readCapture(bytes, { copyMemory: 256 }).messages.map(key));
        const lost = whole.filter((message) => !found.has(key(message)));
        // The damage may touch two packets of neighbouring connections.
        if (lost.length > 2) expect.fail(`run ${run}, damage at ${at}: ${lost.map(key).join(', ')}`);
      }
    }
  });
});

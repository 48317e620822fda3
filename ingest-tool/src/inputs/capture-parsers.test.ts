import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import type { CaptureParser } from './capture-parser';
import { LengthDelimitedParser } from './length-delimited';
import { LineParser } from './line-parser';
import { MessageBatch, type Reject } from './message-batch';
import { mosquittoLines } from './mosquitto-lines';

interface Read {
  payloads: string[];
  offsets: number[];
  topics: (string | undefined)[];
  times: number[];
  rejects: Reject[];
}

/** Feeds a capture in pieces of the given sizes, as a stream would. */
function readInPieces(
  parser: CaptureParser,
  capture: Uint8Array,
  sizes: number[],
  topics = new StringDictionary(),
): Read {
  const read: Read = { payloads: [], offsets: [], topics: [], times: [], rejects: [] };
  const batch = new MessageBatch();
  let start = 0;
  for (let end = 0, piece = 0; start < capture.length || end < capture.length || piece === 0; piece++) {
    end = Math.min(capture.length, end + Math.max(1, sizes[piece % Math.max(1, sizes.length)] ?? capture.length));
    const last = end === capture.length;
    for (let more = true; more;) {
      batch.clear();
      start = parser.parse(new Uint8Array(capture), start, end, 0, last, batch);
      more = batch.full;
      for (let row = 0; row < batch.count; row++) {
        read.payloads.push(Buffer.from(batch.bytes.subarray(batch.start[row], batch.end[row])).toString('hex'));
        read.offsets.push(batch.offset[row] ?? -1);
        const topic = batch.topic[row] ?? -1;
        read.topics.push(topic < 0 ? undefined : topics.textOf(topic));
        read.times.push(batch.receiveTime[row] ?? Number.NaN);
      }
      read.rejects.push(...batch.rejects);
    }
    if (last) break;
  }
  return read;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

const frame = (payload: Uint8Array): Uint8Array => Uint8Array.from([...varint(payload.length), ...payload]);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 30 });

describe('LengthDelimitedParser', () => {
  it('finds every message, however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(payloads, pieces, (messages, sizes) => {
        const read = readInPieces(new LengthDelimitedParser('varint'), Buffer.concat(messages.map(frame)), sizes);
        expect(read.payloads).toEqual(messages.map(hexOf));
        expect(read.rejects).toEqual([]);
      }),
    );
  });

  it('accounts for every byte of a stream that is cut short anywhere', () => {
    fc.assert(
      fc.property(payloads, pieces, fc.nat(), (messages, sizes, cut) => {
        const whole = Buffer.concat(messages.map(frame));
        const capture = whole.subarray(0, cut % (whole.length + 1));
        const { payloads: found, rejects } = readInPieces(new LengthDelimitedParser('varint'), capture, sizes);
        const framed = found.reduce((sum, hex) => sum + frame(Buffer.from(hex, 'hex')).length, 0);
        const lost = rejects.reduce((sum, { length }) => sum + length, 0);
        expect(framed + lost).toBe(capture.length);
        expect(rejects.length).toBe(lost > 0 ? 1 : 0);
        if (rejects[0] !== undefined) expect(rejects[0]).toMatchObject({ reason: 'truncated', offset: framed });
      }),
    );
  });

  it('takes zero-length messages for messages', () => {
    expect(readInPieces(new LengthDelimitedParser('varint'), Uint8Array.of(0, 0, 1, 7), [4]).payloads).toEqual([
      '',
      '',
      '07',
    ]);
  });

  it.each([
    ['a length beyond belief', [0x80, 0x80, 0x80, 0x40, 1, 2]],
    ['a length that does not end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
  ])('gives up at %s and keeps all of the rest', (_name, bytes) => {
    const capture = Uint8Array.from([1, 9, ...bytes]);
    const { payloads: found, rejects } = readInPieces(new LengthDelimitedParser('varint'), capture, [3]);
    expect(found).toEqual(['09']);
    expect(rejects).toHaveLength(1);
    expect(rejects[0]).toMatchObject({ reason: 'bad_framing', offset: 2, length: bytes.length });
    expect(rejects[0]?.payload).toEqual(Buffer.from(bytes));
  });
});

describe('mosquittoLines', () => {
  const topicText = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\n\r]/.test(text));

  it('finds every message of the long format, with any topic, however the lines are cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(topicText, fc.uint8Array({ maxLength: 60 })), { maxLength: 20 }),
        pieces,
        (messages, sizes) => {
          const text = messages.map(
            ([topic, payload]) => `1795227456.278654224 1 0 ${payload.length} ${topic} ${hexOf(payload)}\n`,
          );
          const topics = new StringDictionary();
          const read = readInPieces(new LineParser(mosquittoLines(topics)), Buffer.from(text.join('')), sizes, topics);
          expect(read.rejects).toEqual([]);
          expect(read.payloads).toEqual(messages.map(([, payload]) => hexOf(payload)));
          expect(read.topics).toEqual(messages.map(([topic]) => topic));
          expect(read.times.every((time) => time === 1_795_227_456_278_654)).toBe(true);
        },
      ),
    );
  });

  it('takes the short format, and a topic that starts with numbers, for what they are', () => {
    const topics = new StringDictionary();
    const lines = '1.5 a/b c 0a0B\n1.000001 12 rooms/x 00\n1.5 1 0 1 1 0 2 x 07\n';
    const read = readInPieces(new LineParser(mosquittoLines(topics)), Buffer.from(lines), [7], topics);
    expect(read.topics).toEqual(['a/b c', '12 rooms/x', '1 0 2 x']);
    expect(read.payloads).toEqual(['0a0b', '00', '07']);
    expect(read.times).toEqual([1_500_000, 1_000_001, 1_500_000]);
  });

  it('goes on after garbage, and accounts for every line', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\n')),
          { maxLength: 20 },
        ),
        (garbage) => {
          const good = '1795227456.5 0 0 1 t 07\n';
          const capture = garbage.map((line) => `${line}\n${good}`).join('');
          const topics = new StringDictionary();
          const read = readInPieces(new LineParser(mosquittoLines(topics)), Buffer.from(capture), [11], topics);
          expect(read.payloads.filter((payload) => payload === '07').length).toBeGreaterThanOrEqual(garbage.length);
        },
      ),
    );
  });

  it('takes a last line without a newline only where the announced length shows that it is whole', () => {
    const last = (text: string): Read => {
      const topics = new StringDictionary();
      return readInPieces(new LineParser(mosquittoLines(topics)), Buffer.from(text), [99], topics);
    };
    expect(last('1.5 0 0 2 t 0708').payloads).toEqual(['0708']);
    expect(last('1.5 0 0 2 t 07').rejects).toMatchObject([{ reason: 'truncated', topic: 't', receiveTime: 1_500_000 }]);
    expect(last('1.5 t 0708').rejects).toMatchObject([{ reason: 'truncated' }]);
    expect(last('1.').rejects).toMatchObject([{ reason: 'truncated', offset: 0, length: 2 }]);
  });

  it.each([
    ['2.0', '"2026-11-21T02:17:36.278725Z+0000"', 1_795_227_456_278_725],
    ['2.1', '"2026-11-21T02:17:36.278725+0000"', 1_795_227_456_278_725],
    ['an offset', '"2026-11-21T03:17:36+01:00"', 1_795_227_456_000_000],
  ])('reads the time of %s in %%j lines', (_name, tst, micros) => {
    const topics = new StringDictionary();
    const line = `{"tst":${tst},"topic":"caf\u00e9/b","qos":1,"retain":0,"payloadlen":3,"mid":1,"properties":{},"payload":"\u00e9\\n"}\n`;
    const read = readInPieces(new LineParser(mosquittoLines(topics)), Buffer.from(line), [50], topics);
    expect(read.rejects).toEqual([]);
    expect(read).toMatchObject({ payloads: ['c3a90a'], topics: ['caf\u00e9/b'], times: [micros] });
  });

  it.each([
    [
      '{"tst":"2026-11-21T02:17:36Z","topic":"a","payloadlen":4,"payload":"ab"}',
      'payload_length',
      'announced 4 bytes, the line has 2',
    ],
    ['{"tst":"yesterday","topic":"a","payloadlen":0}', 'bad_line', 'yesterday'],
    ['{"topic":"a"}', 'bad_line', 'tst'],
    ['{oops', 'bad_line', 'not JSON'],
    ['1.5 nothing', 'bad_line', 'no topic'],
    ['1.5', 'bad_line', 'no blank'],
    ['time t 00', 'bad_line', 'start with a time'],
    ['1.5 t 0', 'bad_line', 'not hexadecimal'],
    ['1.5 t 0g', 'bad_line', 'not hexadecimal'],
    ['1.5 0 0 3 t 00', 'payload_length', 'announced 3'],
  ])('rejects %s', (line, reason, detail) => {
    const { rejects } = readInPieces(
      new LineParser(mosquittoLines(new StringDictionary())),
      Buffer.from(`${line}\n`),
      [9],
    );
    expect(rejects).toHaveLength(1);
    expect(rejects[0]?.reason).toBe(reason);
    expect(rejects[0]?.detail).toContain(detail);
    expect(Buffer.from(rejects[0]?.payload ?? []).toString()).toBe(line);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { detectFormat, HEAD_BYTES, parseCaptureFormat } from './capture-format';
import type { CaptureFormat } from './capture-format';
import { MessageBatch, type Reject } from './message-batch';
import { messageParser } from './message-parser';

interface Message {
  topic: string | undefined;
  payload: string;
  time: number;
}

function read(content: Uint8Array | string, format: CaptureFormat): { messages: Message[]; rejects: Reject[] } {
  if (format === 'network') throw new Error('not lines');
  const bytes = new Uint8Array(Buffer.from(content));
  const topics = new StringDictionary();
  const parser = messageParser(format, topics);
  const batch = new MessageBatch();
  const messages: Message[] = [];
  const rejects: Reject[] = [];
  for (let at = 0, more = true; more; more = batch.full) {
    batch.clear();
    at = parser.parse(bytes, at, bytes.length, 0, true, batch);
    rejects.push(...batch.rejects);
    for (let row = 0; row < batch.count; row++) {
      const topic = batch.topic[row] ?? -1;
      messages.push({
        topic: topic < 0 ? undefined : topics.textOf(topic),
        payload: Buffer.from(batch.bytes.subarray(batch.start[row], batch.end[row])).toString(),
        time: batch.receiveTime[row] ?? 0,
      });
    }
  }
  return { messages, rejects };
}

const sure = (content: Uint8Array | string): CaptureFormat =>
  detectFormat(Buffer.from(content).subarray(0, HEAD_BYTES), Buffer.from(content).length <= HEAD_BYTES, 'capture');

describe('lines of a declared format', () => {
  it('give back what was put into them, whatever the topic holds where a length or hexadecimal digits tell', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/[\n\r]/.test(value));
    const payload = fc.string().filter((value) => !/[\n\r]/.test(value) && value !== '(null)');
    fc.assert(
      fc.property(fc.array(fc.tuple(text, payload), { minLength: 1, maxLength: 10 }), (messages) => {
        const time = '2026-11-21T02:41:53+0100';
        const hex = messages.map(([topic, own]) => `${time}\t${topic}\t${Buffer.from(own).toString('hex')}\n`);
        const raw = messages.map(([topic, own]) => `7.5 len=${Buffer.byteLength(own)} ${topic} ${own}\n`);
        const expected = (micros: number) => messages.map(([topic, own]) => ({ topic, payload: own, time: micros }));
        expect(read(hex.join(''), parseCaptureFormat('%I\\t%t\\t%x')).messages).toEqual(expected(1_795_225_313e6));
        expect(read(raw.join(''), parseCaptureFormat('@s.@N len=%l %t %p')).messages).toEqual(expected(7.5e6));
      }),
    );
  });

  it.each([
    ['%t', 'no payload'],
    ['%p %x', 'more than one payload'],
    ['%t%p', 'nothing between'],
    ['%t %t %p', 'twice'],
    ['%Z %p', '%Z'],
    ['%t\\n%p', '\\n'],
  ])('are not read where the format is %s', (format, problem) => {
    expect(() => parseCaptureFormat(format)).toThrow(problem);
  });

  it.each([
    ['7.5 4 a/b abc\n', '%U %l %t %p', 'payload_length', 'announced 4'],
    ['7.5 a/b 0g\n', '%U %t %x', 'bad_line', 'not hexadecimal'],
    ['noon a/b 00\n', '%U %t %x', 'bad_line', 'time'],
    ['a/b\n', '%t %p', 'bad_line', 'not of the format'],
    ['a/b 12', '%t %p', 'truncated', 'newline'],
    ['7.5 x a/b 00\n', '%U %l %t %x', 'bad_line', '%l'],
  ])('are rejected one by one: %j of %s', (line, format, reason, detail) => {
    const { messages, rejects } = read(line, parseCaptureFormat(format));
    expect(messages).toEqual([]);
    expect(rejects).toMatchObject([{ reason, length: line.length }]);
    expect(rejects[0]?.detail).toContain(detail);
  });
});

describe('captures told from their content', () => {
  it.each([
    ['%U %t %p', '7.5 a/b {"x": 1}\n7.5 a/c (null)\n', ['{"x": 1}', '']],
    ['%t %p', 'pico/temperature/dht22 23.5\npico/humidity 40 %\n', ['23.5', '40 %']],
    ['json-lines', '{"a":1}\n\n[2]\n', ['{"a":1}', '[2]']],
    ['single', '{\n  "a": 1\n}\n', ['{\n  "a": 1\n}\n']],
    ['hex-lines', '616263\n6A\n', ['abc', 'j']],
    ['base64-lines', 'YWJjZGVmZ2g=\r\nYQ\n', ['abcdefgh', 'a']],
    [
      'mosquitto',
      '{"tst":"2026-11-21T02:17:36.278725Z+0000","topic":"a","qos":1,"retain":0,"payloadlen":9,"payload":{"a":null}}\n',
      ['{"a":null}'],
    ],
  ])('as %s', (name, content, payloads) => {
    const format = sure(content);
    expect(typeof format === 'string' ? format : format.pattern).toBe(name);
    expect(read(content, format).messages.map(({ payload }) => payload)).toEqual(payloads);
  });

  const captures = join(import.meta.dirname, '../../../../shared/data/mqtt_pcap/local_broker');
  it.skipIf(!existsSync(captures))('hold the same 816 messages in all four log formats of one broker', () => {
    const truth = readFileSync(join(captures, 'A_truth.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(truth).toHaveLength(816);
    for (const name of ['json', 'U_t_p', 'iso_tsv', 'v']) {
      const content = readFileSync(join(captures, `A_mosquitto_sub_${name}.log`));
      const { messages, rejects } = read(content, sure(content));
      expect(rejects, name).toEqual([]);
      expect(messages.map(({ topic, payload }, index) => ({ n: index + 1, payload, topic }))).toEqual(truth);
      expect(messages.every(({ time }) => Number.isNaN(time))).toBe(name === 'v');
    }
  });
});

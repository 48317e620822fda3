import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StringDictionary } from '../decode/string-dictionary';
import { MessageBatch } from '../inputs/message-batch';
import { LineParser } from '../inputs/line-parser';
import { mosquittoLines } from '../inputs/mosquitto-lines';
import { parseFlushRule } from './flush-rule';
import { messageLine, type ReceivedMessage } from './message-line';
import { Spool } from './spool';
import { takePlace } from './worker-place';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tidelake-spool-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const message = (topic: string, payload: string): ReceivedMessage => ({
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
});

describe('a message in the spool', () => {
  it.each([
    ['a/b', 'payload'],
    ['with blanks 1 0 7 in it', ''],
    [' ', '\0\n'],
    ['é/日本', 'x'],
  ])('comes out of a capture of mosquitto_sub lines as it was: %j', (topic, payload) => {
    const line = new Uint8Array(
      messageLine({ ...message(topic, payload), qos: 2, retain: true }, 1_706_742_000_123.456),
    );
    const topics = new StringDictionary();
    const batch = new MessageBatch();
    new LineParser(mosquittoLines(topics)).parse(line, 0, line.length, 0, true, batch);
    expect(batch.rejects).toEqual([]);
    expect(topics.textOf(batch.topic[0] ?? -1)).toBe(topic);
    expect(Buffer.from(batch.bytes.subarray(batch.start[0], batch.end[0])).toString()).toBe(payload);
    expect(batch.receiveTime[0]).toBe(1_706_742_000_123_456);
  });

  it('stays on its line whatever its topic is', () => {
    expect(messageLine(message('a\nb\r', 'x'), 0).toString()).toBe('0.000000000 1 0 1 a\ufffdb\ufffd 78\n');
  });
});

describe('the spool', () => {
  it('has on the disk what was waited for, in order, file after file', async () => {
    const spool = new Spool(folder, 7);
    for (let round = 0; round < 50; round++) {
      spool.append(Buffer.from(`${round}\n`));
      if (round % 3 === 0) await spool.synced();
    }
    await spool.synced();
    expect(readFileSync(join(folder, 'messages-00000007.log'), 'utf8').trim().split('\n').map(Number)).toEqual([
      ...Array(50).keys(),
    ]);
    expect(await spool.rotate()).toMatchObject({ messages: 50 });
    expect(await spool.rotate()).toBeUndefined();
    spool.append(Buffer.from('next\n'));
    expect(spool.messages).toBe(1);
    expect(await spool.rotate()).toMatchObject({ path: join(folder, 'messages-00000008.log'), messages: 1 });
  });

  it('loses nothing that comes while a file is ended', async () => {
    const spool = new Spool(folder, 1);
    const ended: number[] = [];
    for (let round = 0; round < 30; round++) {
      spool.append(Buffer.from('a\n'));
      const rotating = spool.rotate();
      spool.append(Buffer.from('b\n'));
      void spool.synced();
      ended.push((await rotating)?.messages ?? 0);
    }
    ended.push((await spool.rotate())?.messages ?? 0);
    const lines = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').split('\n').length - 1);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(ended.filter((count) => count > 0)).toEqual(lines);
  });

  it('fails for good where the disk refuses', async () => {
    const spool = new Spool(join(folder, 'missing'), 1);
    spool.append(Buffer.from('a\n'));
    await expect(spool.synced()).rejects.toThrow('Could not write');
    await expect(spool.rotate()).rejects.toThrow('Could not write');
  });
});

describe("a worker's place", () => {
  it('is the first that is free, keeps its client id, and gives back what was left in it', async () => {
    const first = (await takePlace(folder, 'a')).own;
    const second = (await takePlace(folder, 'a')).own;
    expect(second.folder).not.toBe(first.folder);
    expect(second.clientId).not.toBe(first.clientId);
    expect(second.clientId).toMatch(/^[a-z0-9]{23}$/);
    const spool = new Spool(second.folder, second.serial);
    spool.append(Buffer.from('whole\n'));
    const { path = '' } = (await spool.rotate()) ?? {};
    appendFileSync(path, 'cut o');
    await second.release();
    const other = await takePlace(folder, 'b');
    expect(other.abandoned.map(({ leftovers }) => leftovers)).toEqual([[path]]);
    for (const place of other.abandoned) await place.release();
    const again = (await takePlace(folder, 'a')).own;
    expect(again).toMatchObject({ folder: second.folder, clientId: second.clientId, leftovers: [path], serial: 2 });
    expect(readFileSync(path, 'utf8')).toBe('whole\n');
  });
});

describe('the rule when to file', () => {
  it('is a time, or a number of messages', () => {
    expect(parseFlushRule('90s')).toEqual({ milliseconds: 90_000, messages: Number.POSITIVE_INFINITY });
    expect(parseFlushRule('1.5m')).toEqual({ milliseconds: 90_000, messages: Number.POSITIVE_INFINITY });
    expect(parseFlushRule('500')).toEqual({ milliseconds: 60_000, messages: 500 });
    for (const wrong of ['0', '0s', 'soon', '5 s', '-1', '100d', ''])
      expect(() => parseFlushRule(wrong)).toThrow('Write a time');
  });
});

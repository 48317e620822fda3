import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takePlace } from './worker-place';

let lake: string;

beforeEach(() => {
  lake = mkdtempSync(join(tmpdir(), 'tidelake-place-'));
});

afterEach(() => rmSync(lake, { recursive: true }));

describe('the place of a worker', () => {
  it('is one of its own while it runs, and taken over with its client id when it is gone', async () => {
    const first = await takePlace(lake, 'broker');
    const second = await takePlace(lake, 'broker');
    expect(second.own.folder).not.toBe(first.own.folder);
    expect(second.own.clientId).not.toBe(first.own.clientId);
    expect(first.own.clientId).toMatch(/^[a-z0-9]{23}$/);
    await first.own.release();
    const third = await takePlace(lake, 'broker');
    expect([third.own.folder, third.own.clientId]).toEqual([first.own.folder, first.own.clientId]);
    await second.own.release();
    await third.own.release();
  });

  it('comes with what was left there, cut after the last whole line', async () => {
    const { own } = await takePlace(lake, 'broker');
    const path = (serial: number): string => join(own.folder, `messages-${String(serial).padStart(6, '0')}.log`);
    writeFileSync(path(10), 'third\nhalf');
    writeFileSync(path(2), 'first\nsecond\n');
    writeFileSync(path(11), 'no end of a line');
    await own.release();
    const again = await takePlace(lake, 'broker');
    expect(again.own.leftovers).toEqual([path(2), path(10)]);
    expect(readFileSync(path(10), 'utf8')).toBe('third\n');
    expect(again.own.serial).toBe(12);
    await again.own.release();
  });

  it('is another for another purpose, and those of others that left messages come along', async () => {
    const one = await takePlace(lake, 'broker one');
    writeFileSync(join(one.own.folder, 'messages-000001.log'), 'left\n');
    await one.own.release();
    const other = await takePlace(lake, 'broker two');
    expect(other.own.leftovers).toEqual([]);
    expect(other.abandoned.map(({ folder }) => folder)).toEqual([one.own.folder]);
    for (const place of [other.own, ...other.abandoned]) await place.release();
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalStorage } from '../storage/local-storage';
import { claimPlace, identityOf, IDENTITY_PATH } from './lake-identity';

const signal = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidelake-identity-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the identity of a lake', () => {
  it('is made once, and the same for all that ask at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => identityOf(folder)));
    expect(new Set(all).size).toBe(1);
    expect(readFileSync(join(folder, IDENTITY_PATH), 'utf8')).toBe(`${all[0]}\n`);
    expect(await identityOf(folder)).toBe(all[0]);
  });

  it('is made anew where a killed push left an empty one', async () => {
    mkdirSync(join(folder, '_tidelake'));
    writeFileSync(join(folder, IDENTITY_PATH), '');
    expect(await identityOf(folder)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('claims an empty place, keeps its own, and no other unless it is told to', async () => {
    const far = new LocalStorage(folder);
    const claim = (identity: string, more: { replace?: boolean; dryRun?: boolean } = {}): Promise<void> =>
      claimPlace(far, { identity, front: {}, url: 'here' }, {}, { replace: false, dryRun: false, signal, ...more });
    const there = (): string => readFileSync(join(folder, IDENTITY_PATH), 'utf8').trim();
    await claim('one', { dryRun: true });
    expect(await far.read(IDENTITY_PATH, signal)).toBeUndefined();
    await claim('one');
    await claim('one');
    await expect(claim('other')).rejects.toThrow('holds another lake than here');
    expect(there()).toBe('one');
    await claim('other', { replace: true });
    expect(there()).toBe('other');
  });
});

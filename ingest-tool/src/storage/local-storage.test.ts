import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { StorageConflict, type StoredObject } from './lake-storage';
import { LocalStorage } from './local-storage';

const never = new AbortController().signal;
const folders: string[] = [];
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidelake-storage-')));
  folders.push(folder);
  return folder;
}

async function listAll(storage: LocalStorage, prefix = ''): Promise<StoredObject[][]> {
  const pages: StoredObject[][] = [];
  for await (const page of storage.list(prefix, never)) pages.push(page);
  return pages;
}

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

describe('a lake in a folder', () => {
  it('lists in the order of UTF-8 bytes, in pages, without what is hidden or linked', async () => {
    const folder = makeFolder();
    const storage = new LocalStorage(folder);
    const keys = ['a-b/x', 'a/x', 'a0', 'station=Ærø – 北/1+1=2 %41.parquet', '\u{10000}', '\uFF5E'];
    for (const key of keys) await storage.write(key, bytes(key), never);
    mkdirSync(path.join(folder, '.git'));
    writeFileSync(path.join(folder, '.git/config'), '');
    symlinkSync('/etc', path.join(folder, 'link'));
    const listed = (await listAll(storage)).flat();
    expect(listed.map(({ key }) => key)).toEqual(
      [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    for (const { key, size, etag } of listed) {
      const there = await storage.read(key, never);
      expect([text(there?.bytes), there?.bytes.byteLength, there?.etag]).toEqual([key, size, etag]);
    }
    for (let number = 0; number < 1001; number++) writeFileSync(path.join(folder, `many-${number}`), '');
    expect((await listAll(storage, 'many-')).map((page) => page.length)).toEqual([1000, 1]);
  });

  it('reads parts, and less where the file ends', async () => {
    const storage = new LocalStorage(makeFolder());
    await storage.write('a/b.parquet', bytes('0123456789'), never);
    const read = async (start: number, end: number): Promise<string> =>
      text((await storage.read('a/b.parquet', never, { start, end }))?.bytes);
    expect([await read(2, 4), await read(8, 20), await read(20, 30), await read(3, 3)]).toEqual(['23', '89', '', '']);
    expect(await storage.read('a', never)).toBeUndefined();
    expect(await storage.read('a/c', never)).toBeUndefined();
    expect(await storage.read('a/b.parquet/c', never)).toBeUndefined();
  });

  it('writes only where the condition holds', async () => {
    const storage = new LocalStorage(makeFolder());
    const first = await storage.write('index.json', bytes('1'), never, { absent: true });
    await expect(storage.write('index.json', bytes('x'), never, { absent: true })).rejects.toThrow(StorageConflict);
    const second = await storage.write('index.json', bytes('22'), never, { etag: first });
    await expect(storage.write('index.json', bytes('x'), never, { etag: first })).rejects.toThrow(StorageConflict);
    await expect(storage.write('other', bytes('x'), never, { etag: second })).rejects.toThrow(StorageConflict);
    expect(text((await storage.read('index.json', never))?.bytes)).toBe('22');
  });

  it('writes what comes in pieces once all of it has come, and nothing where it breaks off', async () => {
    const folder = makeFolder();
    const storage = new LocalStorage(folder);
    async function* pieces(isBroken: boolean): AsyncGenerator<Uint8Array> {
      yield bytes('01');
      yield bytes('234');
      if (isBroken) throw new Error('broken off');
    }
    await expect(storage.writeInPieces('a/b', pieces(true), never)).rejects.toThrow('broken off');
    expect([await storage.read('a/b', never), readdirSync(path.join(folder, '_tidelake/.drafts'))]).toEqual([
      undefined,
      [],
    ]);
    await storage.writeInPieces('a/b', pieces(false), never);
    expect([text((await storage.read('a/b', never))?.bytes), await storage.describe('a/b')]).toMatchObject([
      '01234',
      { size: 5 },
    ]);
  });

  it('removes files, and passes over those that are gone', async () => {
    const storage = new LocalStorage(makeFolder());
    await storage.write('a/1', bytes(''), never);
    await storage.write('a/2', bytes(''), never);
    await storage.remove(['a/1', 'a/1', 'b/3', 'a/2/4'], never);
    expect((await listAll(storage)).flat().map(({ key }) => key)).toEqual(['a/2']);
  });

  it.each(['../out', 'a/../../out', '/etc/passwd', 'a//b', '', 'a/./b', 'a\0b'])('refuses the key %j', async (key) => {
    const storage = new LocalStorage(makeFolder());
    await expect(storage.write(key, bytes(''), never)).rejects.toThrow('cannot be a file');
    await expect(storage.read(key, never)).rejects.toThrow('cannot be a file');
    await expect(storage.remove([key], never)).rejects.toThrow('cannot be a file');
  });

  it('clears away what a process that is gone left half-written', async () => {
    const folder = makeFolder();
    const drafts = path.join(folder, '_tidelake/.drafts');
    mkdirSync(drafts, { recursive: true });
    const kept = [`elsewhere.99999999.a`, `${hostname()}.${process.ppid}.b`];
    for (const name of [...kept, `${hostname()}.99999999.c`]) writeFileSync(path.join(drafts, name), 'half');
    await new LocalStorage(folder).write('a', bytes(''), never);
    expect(readdirSync(drafts).sort()).toEqual(kept.sort());
  });

  it('stops when told to', async () => {
    const storage = new LocalStorage(makeFolder());
    const stopped = AbortSignal.abort();
    await expect(storage.write('a', bytes(''), stopped)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await storage.read('a', never)).toBeUndefined();
  });
});

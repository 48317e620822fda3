import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBytePack, type BytePack, type PackFile } from './byte-pack';
import { gatherWrites } from './gathered-writes';

const FILES = 3;
const SEGMENT = 10_000;

let folder: string;
let limit: number;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tidelake-pack-'));
  limit = Infinity;
  return () => rmSync(folder, { recursive: true });
});

let handles: number[] = [];
afterEach(() => {
  for (const handle of handles) closeSync(handle);
  handles = [];
});

/** A file of this machine, which is full above `limit`. */
function openFile(index: number): PackFile {
  const handle = openSync(path.join(folder, String(index)), 'a+');
  closeSync(handle);
  const file = openSync(path.join(folder, String(index)), 'r+');
  handles.push(file);
  return {
    getSize: () => fstatSync(file).size,
    read: (buffer, { at }) => readSync(file, buffer, 0, buffer.byteLength, at),
    write(buffer, { at }) {
      if (at + buffer.byteLength > limit) throw new Error('QuotaExceededError');
      return writeSync(file, buffer, 0, buffer.byteLength, at);
    },
    truncate: (size) => ftruncateSync(file, size),
    flush: () => undefined,
    close: () => undefined,
  };
}

const files = () => Array.from({ length: FILES }, (_, index) => openFile(index));
const open = (): BytePack => createBytePack(files(), SEGMENT);
const bytes = (length: number, seed = 1) => Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7) & 255);

describe('createBytePack', () => {
  it('gives back what it was given, also after it was opened again', () => {
    const pack = open();
    pack.put('é/a', bytes(1000));
    pack.put('b', bytes(0));
    expect(pack.get('é/a')).toEqual(bytes(1000));
    const again = open();
    expect(again.get('é/a')).toEqual(bytes(1000));
    expect(again.get('b')).toEqual(bytes(0));
    expect(again.get('c')).toBeUndefined();
    again.put('c', bytes(3));
    expect(open().get('c')).toEqual(bytes(3));
  });

  it('gives up what it is told to for good, and keeps what was put after it', () => {
    const pack = open();
    for (const id of ['a#1', 'a#2', 'b', 'c']) pack.put(id, bytes(100));
    pack.remove('a#');
    expect(pack.get('a#1')).toBeUndefined();
    const again = open();
    expect(['a#1', 'a#2', 'b', 'c'].map((id) => again.get(id)?.length)).toEqual([undefined, undefined, 100, 100]);
    again.put('a#1', bytes(7));
    expect(open().get('a#1')).toEqual(bytes(7));
  });

  it('gives up the file begun the longest ago when all are full, and nothing more', () => {
    const pack = open();
    for (let index = 0; index < 20; index++) pack.put(`entry ${index}`, bytes(2300, index));
    const held = () => Array.from({ length: 20 }, (_, index) => open().get(`entry ${index}`) !== undefined);
    // Four fit into a file.
    expect(held()).toEqual(Array.from({ length: 20 }, (_, index) => index >= 8));
    for (let index = 8; index < 20; index++) expect(pack.get(`entry ${index}`)).toEqual(bytes(2300, index));
    pack.put('too long', bytes(SEGMENT));
    expect(pack.get('too long')).toBeUndefined();
    expect(held().filter(Boolean)).toHaveLength(12);
  });

  it('does not give back what was changed on disk, and goes on', () => {
    open().put('a', bytes(1000));
    open().put('b', bytes(1000, 2));
    const file = openFile(0);
    file.write(Uint8Array.of(9), { at: 500 });
    const pack = open();
    expect(pack.get('a')).toBeUndefined();
    expect(pack.get('b')).toEqual(bytes(1000, 2));
    pack.put('a', bytes(1000));
    expect(open().get('a')).toEqual(bytes(1000));
  });

  it('passes over a record that was not written to its end', () => {
    open().put('a', bytes(1000));
    open().put('b', bytes(1000, 2));
    openFile(0).truncate(2000);
    const pack = open();
    expect(pack.get('a')).toEqual(bytes(1000));
    expect(pack.get('b')).toBeUndefined();
    pack.put('c', bytes(10));
    expect(open().get('c')).toEqual(bytes(10));
  });

  it('keeps what it has when the disk is full', () => {
    const pack = open();
    pack.put('a', bytes(1000));
    limit = 1500;
    pack.put('b', bytes(1000, 2));
    expect(pack.get('b')).toBeUndefined();
    expect(pack.get('a')).toEqual(bytes(1000));
    limit = Infinity;
    pack.put('b', bytes(1000, 2));
    expect(open().get('b')).toEqual(bytes(1000, 2));
  });

  it('outlives the page with what its files had put off, once it is told to write that', () => {
    const waiting = createBytePack(
      files().map((file) => gatherWrites(file, () => undefined)),
      SEGMENT,
    );
    waiting.put('a', bytes(100));
    expect(open().get('a')).toBeUndefined();
    waiting.writeOut();
    expect(open().get('a')).toEqual(bytes(100));
  });

  it('forgets everything when it is cleared, and can be used again', () => {
    const pack = open();
    for (let index = 0; index < 20; index++) pack.put(`entry ${index}`, bytes(2300, index));
    pack.clear();
    expect(pack.get('entry 19')).toBeUndefined();
    expect(files().map((file) => file.getSize())).toEqual([0, 0, 0]);
    pack.put('a', bytes(5));
    expect(open().get('a')).toEqual(bytes(5));
  });

  it('never gives anything but what was put, whatever the files hold', () => {
    const damage = fc.tuple(fc.nat(FILES - 1), fc.nat(SEGMENT), fc.uint8Array({ minLength: 1, maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 15 }), fc.array(damage, { maxLength: 5 }), (sizes, damages) => {
        const pack = open();
        pack.clear();
        sizes.forEach((size, index) => pack.put(`entry ${index}`, bytes(size, index)));
        for (const [file, at, changed] of damages) openFile(file).write(changed, { at });
        const again = open();
        sizes.forEach((size, index) => {
          const found = again.get(`entry ${index}`);
          if (found) expect(found).toEqual(bytes(size, index));
        });
        again.put('more', bytes(99));
        expect(again.get('more')).toEqual(bytes(99));
        for (const handle of handles) closeSync(handle);
        handles = [];
      }),
      { numRuns: 60, seed: 20251130 },
    );
  });
});

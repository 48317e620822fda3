import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackFile } from './byte-pack';
import { gatherWrites } from './gathered-writes';

/** A file in memory that counts how often it was written. */
function memoryFile(limit = Infinity) {
  let held = new Uint8Array(0);
  const state = { writes: 0 };
  const file: PackFile = {
    getSize: () => held.byteLength,
    read(buffer, { at }) {
      const found = held.subarray(at, at + buffer.byteLength);
      buffer.set(found);
      return found.byteLength;
    },
    write(bytes, { at }) {
      state.writes++;
      if (at + bytes.byteLength > limit) throw new Error('QuotaExceededError');
      const grown = new Uint8Array(Math.max(held.byteLength, at + bytes.byteLength));
      grown.set(held);
      grown.set(bytes, at);
      held = grown;
      return bytes.byteLength;
    },
    truncate(size) {
      const cut = new Uint8Array(size);
      cut.set(held.subarray(0, size));
      held = cut;
    },
    flush: () => undefined,
    close: () => undefined,
  };
  return { file, state };
}

/** Work for later, and how to do it now. */
function createTimer() {
  const due: (() => void)[] = [];
  return { later: (work: () => void) => due.push(work), ring: () => due.splice(0).forEach((work) => work()) };
}

const read = (file: PackFile, length: number) => {
  const buffer = new Uint8Array(length);
  return [...buffer.subarray(0, file.read(buffer, { at: 0 }))];
};

describe('gatherWrites', () => {
  it('writes what follows each other at once, in whatever order it came, when the time is up', () => {
    const { file, state } = memoryFile();
    const timer = createTimer();
    const gathering = gatherWrites(file, timer.later);
    gathering.write(Uint8Array.of(3, 4), { at: 2 });
    gathering.write(Uint8Array.of(1, 2), { at: 0 });
    gathering.write(Uint8Array.of(5), { at: 4 });
    expect([state.writes, file.getSize()]).toEqual([0, 0]);
    timer.ring();
    expect(state.writes).toBe(1);
    expect(read(file, 9)).toEqual([1, 2, 3, 4, 5]);
    gathering.write(Uint8Array.of(6), { at: 5 });
    timer.ring();
    expect(read(file, 9)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('writes at once when it is told to', () => {
    const { file, state } = memoryFile();
    const gathering = gatherWrites(file, () => undefined);
    gathering.write(Uint8Array.of(1, 2), { at: 0 });
    gathering.write(Uint8Array.of(3), { at: 2 });
    gathering.writeOut();
    expect(state.writes).toBe(1);
    expect(read(file, 9)).toEqual([1, 2, 3]);
    gathering.writeOut();
    expect(state.writes).toBe(1);
  });

  it('does not wait with a mebibyte', () => {
    const { file, state } = memoryFile();
    const gathering = gatherWrites(file, () => undefined);
    gathering.write(new Uint8Array(1 << 19), { at: 0 });
    expect(state.writes).toBe(0);
    gathering.write(new Uint8Array(1 << 19), { at: 1 << 19 });
    expect([state.writes, file.getSize()]).toEqual([1, 1 << 20]);
  });

  it('is quiet about a full disk when nobody waits, and gives what is there', () => {
    const { file } = memoryFile(3);
    const timer = createTimer();
    const gathering = gatherWrites(file, timer.later);
    gathering.write(Uint8Array.of(1, 2), { at: 0 });
    timer.ring();
    gathering.write(Uint8Array.of(3, 4), { at: 2 });
    timer.ring();
    expect(read(gathering, 4)).toEqual([1, 2]);
  });

  it('reads and measures like the file itself, whatever is done with it', () => {
    const place = fc.nat(40);
    const action = fc.oneof(
      fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
      fc.record({ size: place }),
      fc.constantFrom('read', 'size', 'ring', 'writeOut', 'flush'),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        const plain = memoryFile().file;
        const timer = createTimer();
        const gathering = gatherWrites(memoryFile().file, timer.later);
        for (const step of actions) {
          if (step === 'ring') timer.ring();
          else if (step === 'writeOut') gathering.writeOut();
          else if (step === 'flush') gathering.flush();
          else if (step === 'read') expect(read(gathering, 60)).toEqual(read(plain, 60));
          else if (step === 'size') expect(gathering.getSize()).toBe(plain.getSize());
          else if ('size' in step) [plain, gathering].forEach((file) => file.truncate(step.size));
          else [plain, gathering].forEach((file) => file.write(step.bytes, { at: step.at }));
        }
        expect(read(gathering, 60)).toEqual(read(plain, 60));
      }),
      { numRuns: 300 },
    );
  });
});

import type { PackFile } from './byte-pack';

/** Bytes that wait at most before they are written. */
const MOST_WAITING = 1 << 20;

interface Waiting {
  at: number;
  bytes: Uint8Array;
}

/**
 * A file whose small writes wait for each other and then go as one: in a browser each costs a message to another process and
 * stops its thread for two milliseconds, which for a thousand files was as much as fetching them. What waits when the page is
 * closed is lost, and so is what the disk has no room for: a read then gives fewer bytes than were written.
 * Bytes that are written must not change afterwards.
 * @param later runs some work in a while, before what waits is worth losing
 */
export function gatherWrites(file: PackFile, later: (work: () => void) => void): PackFile & { writeOut(): void } {
  let waiting: Waiting[] = [];
  let bytesWaiting = 0;

  function writeAll(): void {
    const writes = waiting.sort((left, right) => left.at - right.at);
    waiting = [];
    bytesWaiting = 0;
    for (let first = 0, next = 0; first < writes.length; first = next) {
      next = endOfRun(writes, first);
      const run = writes.slice(first, next);
      const bytes = run.length === 1 ? run[0]?.bytes : joined(run);
      if (bytes) file.write(bytes, { at: writes[first]?.at ?? 0 });
    }
  }

  /** A later time has nobody to tell that the disk is full; what is read next shows it. */
  function writeLater(): void {
    try {
      writeAll();
    } catch {
      waiting = [];
    }
  }

  return {
    writeOut: writeAll,
    getSize() {
      writeAll();
      return file.getSize();
    },
    read(buffer, place) {
      writeAll();
      return file.read(buffer, place);
    },
    write(bytes, { at }) {
      // Of two that touch the same place the later one must win.
      if (waiting.some((write) => write.at < at + bytes.byteLength && at < write.at + write.bytes.byteLength))
        writeAll();
      if (waiting.length === 0) later(writeLater);
      waiting.push({ at, bytes });
      bytesWaiting += bytes.byteLength;
      if (bytesWaiting >= MOST_WAITING) writeAll();
      return bytes.byteLength;
    },
    truncate(size) {
      writeAll();
      file.truncate(size);
    },
    flush() {
      writeAll();
      file.flush();
    },
    close() {
      writeAll();
      file.close();
    },
  };
}

/** Where the writes end that follow each other without a gap, from one on. */
function endOfRun(writes: readonly Waiting[], first: number): number {
  let next = first + 1;
  for (; next < writes.length; next++) {
    const [before, after] = [writes[next - 1], writes[next]];
    if (!before || !after || before.at + before.bytes.byteLength !== after.at) break;
  }
  return next;
}

function joined(run: readonly Waiting[]): Uint8Array {
  const bytes = new Uint8Array(run.reduce((sum, write) => sum + write.bytes.byteLength, 0));
  let end = 0;
  for (const write of run) {
    bytes.set(write.bytes, end);
    end += write.bytes.byteLength;
  }
  return bytes;
}

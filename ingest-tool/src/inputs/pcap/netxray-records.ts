import { uint16Little, uint32Little } from './byte-order';
import type { ByteQueue } from './byte-queue';
import type { PacketSink } from './captured-packet';
import { CaptureFileError } from './capture-file-error';
import type { RecordReader } from './record-reader';

const FILE_HEADER_BYTES = 128;
const RECORD_HEADER_BYTES = 40;
const ETHERNET = 1;

/** Whether bytes start a file of NetXray or Sniffer for Windows (`.cap`). */
export function isNetxray(head: Uint8Array): boolean {
  return head[0] === 0x58 && head[1] === 0x43 && head[2] === 0x50 && head[3] === 0;
}

/**
 * Reads `.cap` files of version 2.00x from Ethernet with a clock of one microsecond, the kind that Wireshark and
 * Windows tools export under "NetXray, Sniffer (Windows)".
 */
export class NetxrayRecords implements RecordReader {
  readonly format = 'netxray';
  #started = false;
  #startSeconds = 0;
  #startTicks = 0;

  /** @throws CaptureFileError where it is another variant of the format */
  read(queue: ByteQueue, _last: boolean, sink: PacketSink): void {
    if (!this.#started && !this.#readFileHeader(queue)) return;
    while (queue.length >= RECORD_HEADER_BYTES) {
      const { bytes, start } = queue;
      const captured = uint16Little(bytes, start + 10);
      const dataStart = start + RECORD_HEADER_BYTES;
      if (dataStart + captured > queue.end) return;
      const ticks = uint32Little(bytes, start + 4) * 0x1_0000_0000 + uint32Little(bytes, start);
      const offset = queue.offset;
      queue.start = dataStart + captured;
      sink.packet({
        bytes,
        start: dataStart,
        end: dataStart + captured,
        wireLength: Math.max(captured, uint16Little(bytes, start + 8)),
        linkType: ETHERNET,
        timeUs: this.#startSeconds * 1e6 + ticks - this.#startTicks,
        offset,
      });
    }
  }

  #readFileHeader(queue: ByteQueue): boolean {
    if (queue.length < FILE_HEADER_BYTES) return false;
    const { bytes, start } = queue;
    const version = String.fromCharCode(...bytes.subarray(start + 4, start + 11));
    const network = bytes[start + 44] ?? 0;
    const clock = bytes[start + 48] ?? 0;
    if (!version.startsWith('002.00') || network !== 0 || clock !== 0) {
      throw new CaptureFileError(
        `a NetXray capture of version ${version.replace(/[^\d.]/g, '?')}, network ${network}, clock ${clock}`,
        'Convert it with Wireshark: editcap -F pcapng <file> <file>.pcapng',
      );
    }
    this.#startSeconds = uint32Little(bytes, start + 12);
    this.#startTicks = uint32Little(bytes, start + 56) * 0x1_0000_0000 + uint32Little(bytes, start + 52);
    const firstRecord = uint32Little(bytes, start + 24);
    if (firstRecord !== FILE_HEADER_BYTES) {
      throw new CaptureFileError(
        `a NetXray capture whose packets start at ${firstRecord}`,
        'Convert it with Wireshark: editcap -F pcapng <file> <file>.pcapng',
      );
    }
    queue.start += FILE_HEADER_BYTES;
    this.#started = true;
    return true;
  }
}

import { ByteQueue } from './byte-queue';
import type { CapturedPacket, PacketSink } from './captured-packet';
import { CaptureFileError } from './capture-file-error';
import type { CaptureReport } from './capture-report';
import { isNetxray, NetxrayRecords } from './netxray-records';
import { isPcap, PcapRecords } from './pcap-records';
import { isPcapng, PcapngRecords } from './pcapng-records';
import type { RecordReader } from './record-reader';

/** Bytes that tell the formats apart: a pcapng file shows its byte order behind its magic number. */
const MAGIC_BYTES = 12;

/** Whether bytes start a network capture of a format that is read: pcap, pcapng or NetXray. */
export function isNetworkCapture(head: Uint8Array): boolean {
  return isPcap(head) || isPcapng(head) || isNetxray(head);
}

function readerFor(head: Uint8Array): RecordReader {
  if (isPcap(head)) return new PcapRecords();
  if (isPcapng(head)) return new PcapngRecords();
  if (isNetxray(head)) return new NetxrayRecords();
  throw new CaptureFileError(
    'neither pcap nor pcapng',
    'Give a capture of tcpdump, dumpcap or Wireshark; convert others with: editcap -F pcapng <file> <file>.pcapng',
  );
}

/** A capture file as it arrives: takes its bytes, hands on its packets and counts what is damaged. */
export class CaptureFile {
  readonly #queue = new ByteQueue();
  readonly #report: CaptureReport;
  readonly #sink: PacketSink;
  #reader: RecordReader | undefined;

  constructor(report: CaptureReport, onPacket: (packet: CapturedPacket) => void, onDamage: PacketSink['damage']) {
    this.#report = report;
    this.#sink = {
      packet: (packet) => {
        report.packets++;
        onPacket(packet);
      },
      damage: (offset, length, what) => {
        report.damagedRecords++;
        report.damagedBytes += length;
        onDamage(offset, length, what);
      },
    };
  }

  /**
   * Takes the file's next bytes, however they were cut.
   * @throws CaptureFileError where the file is not a network capture
   */
  push(chunk: Uint8Array): void {
    this.#report.fileBytes += chunk.length;
    this.#queue.push(chunk);
    this.#read(false);
  }

  /**
   * Ends the file.
   * @throws CaptureFileError where the file is not a network capture
   */
  end(): void {
    this.#read(true);
    if (this.#queue.length > 0) this.#report.truncatedAt = this.#queue.offset;
  }

  #read(last: boolean): void {
    if (this.#reader === undefined) {
      const { bytes, start, end } = this.#queue;
      if (end - start < MAGIC_BYTES && !last) return;
      this.#reader = readerFor(bytes.subarray(start, Math.min(end, start + MAGIC_BYTES)));
      this.#report.format = this.#reader.format;
    }
    this.#reader.read(this.#queue, last, this.#sink);
  }
}

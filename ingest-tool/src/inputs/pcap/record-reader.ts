import type { ByteQueue } from './byte-queue';
import type { PacketSink } from './captured-packet';

/** The longest packet that is believed; libpcap captures no more than 262,144 bytes. A longer one is damage. */
export const MAX_PACKET_BYTES = 1 << 20;

/** Reads the records of one capture file format. */
export interface RecordReader {
  readonly format: 'pcap' | 'pcapng' | 'netxray';
  /**
   * Consumes the whole records in the queue and leaves an incomplete one there.
   * @param last whether the file ends behind the queue
   */
  read(queue: ByteQueue, last: boolean, sink: PacketSink): void;
}

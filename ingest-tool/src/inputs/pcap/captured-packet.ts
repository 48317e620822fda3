/** One packet as a capture file holds it. The bytes are good only during the call that hands it over. */
export interface CapturedPacket {
  bytes: Uint8Array;
  /** Where the packet's link-layer header starts in `bytes`. */
  start: number;
  end: number;
  /** Bytes the packet had on the wire; more than `end - start` where the capture's snapshot length cut it. */
  wireLength: number;
  /** LINKTYPE_ number of the tcpdump registry. */
  linkType: number;
  /** UTC microseconds; NaN where the file does not say. */
  timeUs: number;
  /** Byte offset in the file of the packet's record, its header included. */
  offset: number;
}

/** Takes the packets of a capture file, in the order of the file. */
export interface PacketSink {
  packet(packet: CapturedPacket): void;
  /** Bytes that are no record of the format and were stepped over. */
  damage(offset: number, length: number, what: string): void;
}

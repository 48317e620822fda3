/** Takes one direction of a connection as bytes in their order. */
export interface StreamSink {
  /**
   * The next bytes, good only during the call.
   * @param offset byte offset in the file of the packet they came in
   * @param timeUs when that packet was captured, UTC microseconds
   */
  data(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void;
  /** Bytes that are not in the capture. */
  gap(length: number): void;
  /** No more will come. */
  end(): void;
}

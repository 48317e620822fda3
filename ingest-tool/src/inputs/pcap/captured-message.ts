/** A message as it was published, taken out of a network capture. */
export interface CapturedMessage {
  topic: string;
  payload: Uint8Array;
  /** UTC microseconds at which the packet with its last byte was captured; NaN where the file does not say. */
  receiveTimeUs: number;
  qos: 0 | 1 | 2;
  retain: boolean;
  dup: boolean;
  /** Byte offset in the file of the packet with its last byte. */
  packetOffset: number;
  /** Sender and receiver: `10.0.1.4:49330 > 198.41.30.241:1883`. */
  flow: string;
  /** Whether it was seen on its way to the broker; else on its way to a subscriber. */
  toBroker: boolean;
}

/** Why something that was read did not become a message. */
export type CaptureProblemReason =
  | 'truncated' // not whole in the capture
  | 'malformed' // breaks the protocol
  | 'oversized' // longer than the limit
  | 'unresolved_alias' // names its topic by an alias agreed before the capture began
  | 'damaged'; // not a packet record

/** Something that was read and set aside. */
export interface CaptureProblem {
  reason: CaptureProblemReason;
  /** In words. */
  detail: string;
  /** Byte offset in the file of the packet it was noticed in. */
  packetOffset: number;
  /** UTC microseconds; NaN where the file does not say. */
  receiveTimeUs: number;
  /** Null where it is not known. */
  topic: string | null;
  /** What there is of the payload; a copy. */
  payload: Uint8Array;
}

/** Takes what a capture yields, in the order in which it becomes known. */
export interface MessageSink {
  /** The payload is good only during the call. */
  message(message: CapturedMessage): void;
  problem(problem: CaptureProblem): void;
}

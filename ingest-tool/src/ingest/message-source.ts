import type { MessageBatch } from '../inputs/message-batch';

/** Where messages come from, such as a capture: they are read once, in batches. */
export interface MessageSource {
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** Of the content; what is set aside is filed under its first 16 digits. Empty until the last batch. */
  readonly sha256: string;
  /** Of a table, what its rows are read by when they are tried again; known after the first batch. */
  readonly tableHead?: Uint8Array | undefined;
  /** What a person should know beyond the messages; complete after the last batch. */
  readonly notes: readonly string[];
  /**
   * The messages. Each batch is good only until the next is asked for.
   * @throws ToolError where they cannot be read
   */
  batches(): AsyncGenerator<MessageBatch>;
}

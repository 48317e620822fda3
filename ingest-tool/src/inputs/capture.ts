import { createHash } from 'node:crypto';
import { EXIT, explainSystemError } from '../tool-error';
import type { StringDictionary } from '../decode/string-dictionary';
import { detectFormat, HEAD_BYTES, holdsMessages, type CaptureFormat } from './capture-format';
import type { CaptureParser } from './capture-parser';
import { decompressed, type Content } from './decompression';
import { openInput } from './input-files';
import { MessageBatch, rejectAt } from './message-batch';
import { messageParser } from './message-parser';
import { MqttCaptureParser } from './pcap/mqtt-capture-parser';
import { textAsUtf8 } from './text-encoding';
import type { TableHeader } from './table/table-columns';
import { tableParser, type TableReading } from './table/table-parser';

const BUFFER_BYTES = 4 << 20;

/** A capture being read, in batches. */
export class Capture {
  readonly path: string;
  readonly #forced: CaptureFormat | undefined;
  readonly #topics: StringDictionary;
  readonly #hash = createHash('sha256');
  #format: CaptureFormat | undefined;
  #bytesRead = 0;
  #sha256 = '';
  readonly #tables: TableReading | undefined;
  #network: MqttCaptureParser | undefined;
  #tableNotes: string[] = [];
  #tableHead: Uint8Array | undefined;
  #tableHeader: TableHeader | undefined;

  /**
   * @param format how messages lie in it; told from the content where undefined
   * @param topics where topics get their numbers
   * @param tables how tables are read, where captures are tables and not messages
   */
  constructor(
    path: string,
    format: CaptureFormat | undefined,
    topics: StringDictionary,
    tables?: TableReading | undefined,
  ) {
    this.path = path;
    this.#forced = format;
    this.#topics = topics;
    this.#tables = tables;
  }

  /** How messages lie in it; undefined until the first batch, and for tables. */
  get format(): CaptureFormat | undefined {
    return this.#format;
  }

  /** Bytes read from the disk so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Of the content as it is parsed: decompressed, text in UTF-8. Empty until the last batch. */
  get sha256(): string {
    return this.#sha256;
  }

  /** The beginning of a table, from which is told how its rows are read; undefined before the first batch, and for all else. */
  get tableHead(): Uint8Array | undefined {
    return this.#tableHead;
  }

  /** What the header of a table says; undefined before the first batch, and for messages. */
  get tableHeader(): TableHeader | undefined {
    return this.#tableHeader;
  }

  /** What a person should know about the capture beyond its messages; complete after the last batch. */
  get notes(): string[] {
    return [...this.#tableNotes, ...(this.#network?.notes() ?? [])];
  }

  /**
   * The messages. Each batch is good only until the next is asked for.
   * @throws ToolError where the file cannot be read or is of an unknown format
   */
  async *batches(): AsyncGenerator<MessageBatch> {
    let buffer = new Uint8Array(BUFFER_BYTES);
    let start = 0;
    let end = 0;
    /** Offset in the capture of `buffer[0]`. */
    let base = 0;
    let parser: CaptureParser | undefined;
    const batch = new MessageBatch();
    const content = this.#content();

    for (let last = false; !last;) {
      const step = await content.next();
      last = step.done === true;
      let damage: string | undefined;
      if (step.done === true) damage = step.value;
      else {
        const chunk = step.value;
        this.#hash.update(chunk);
        if (end + chunk.length > buffer.length) {
          const kept = end - start;
          const target = kept + chunk.length > buffer.length ? new Uint8Array(2 * (kept + chunk.length)) : buffer;
          target.set(buffer.subarray(start, end));
          base += start;
          start = 0;
          end = kept;
          buffer = target;
        }
        buffer.set(chunk, end);
        end += chunk.length;
      }
      if (parser === undefined) {
        if (!last && end - start < HEAD_BYTES) continue;
        parser = this.#parser(
          buffer.subarray(start, Math.min(end, start + HEAD_BYTES)),
          last && end - start <= HEAD_BYTES,
        );
      }
      batch.isTable = this.#tableHeader !== undefined;
      for (let more = true; more;) {
        batch.clear();
        const stopped = parser.parse(buffer, start, end, base, last, batch);
        more = batch.full;
        start = stopped;
        if (!more && damage !== undefined) {
          batch.rejects.push(rejectAt('truncated', damage, base + end, 0, new Uint8Array(0)));
        }
        if (batch.count > 0 || batch.rejects.length > 0) yield batch;
      }
    }
    this.#sha256 = this.#hash.digest('hex');
  }

  #parser(head: Uint8Array, isWhole: boolean): CaptureParser {
    const isTable = this.#tables?.isBesideMessages !== true || !holdsMessages(head, isWhole, this.path);
    if (this.#tables !== undefined && isTable) {
      const { parser, header, kept, notes } = tableParser(head, isWhole, this.path, this.#tables);
      this.#tableNotes = notes;
      this.#tableHeader = header;
      this.#tableHead = kept;
      return parser;
    }
    this.#format = this.#forced ?? detectFormat(head, isWhole, this.path);
    if (this.#format === 'network') return (this.#network = new MqttCaptureParser(this.path, this.#topics));
    return messageParser(this.#format, this.#topics);
  }

  /** The content after decompression, text in UTF-8; returns what is wrong where a compressed stream ends early or is damaged. */
  async *#content(): Content {
    const counted = async function* (this: Capture): AsyncGenerator<Uint8Array> {
      for await (const chunk of openInput(this.path)) {
        this.#bytesRead += chunk.length;
        yield chunk;
      }
    };
    try {
      return yield* textAsUtf8(decompressed(counted.call(this)));
    } catch (error) {
      throw explainSystemError(error, 'read', this.path, EXIT.input);
    }
  }
}

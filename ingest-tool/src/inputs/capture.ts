import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { EXIT, explainSystemError, systemErrorCode, ToolError } from '../tool-error';
import type { StringDictionary } from '../decode/string-dictionary';
import { detectFormat, HEAD_BYTES, isGzip, type CaptureFormat } from './capture-format';
import type { CaptureParser } from './capture-parser';
import { DelimitedProtobufParser } from './delimited-protobuf';
import { MessageBatch } from './message-batch';
import { MosquittoLineParser } from './mosquitto-lines';
import { MqttCaptureParser } from './pcap/mqtt-capture-parser';

const CHUNK_BYTES = 1 << 20;

/** A capture on disk, before it is opened. */
export interface CaptureFile {
  path: string;
  /** Bytes on disk. */
  size: number;
}

/**
 * Makes sure that inputs are there and are files.
 * @throws ToolError naming the first that is not
 */
export async function findCaptures(paths: string[]): Promise<CaptureFile[]> {
  return Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch((error: unknown) => {
        throw explainSystemError(error, 'read', path, EXIT.input);
      });
      if (found.isDirectory()) {
        throw new ToolError(EXIT.input, `${path} is a folder`, `Name its files: tidelake ingest ${path}/* …`);
      }
      return { path, size: found.size };
    }),
  );
}

/** A capture being read, in batches. */
export class Capture {
  readonly path: string;
  readonly #forced: CaptureFormat | undefined;
  readonly #topics: StringDictionary;
  readonly #hash = createHash('sha256');
  #format: CaptureFormat | undefined;
  #bytesRead = 0;
  #sha256 = '';
  #network: MqttCaptureParser | undefined;

  /**
   * @param format how messages lie in it; told from the content where undefined
   * @param topics where topics get their numbers
   */
  constructor(path: string, format: CaptureFormat | undefined, topics: StringDictionary) {
    this.path = path;
    this.#forced = format;
    this.#topics = topics;
  }

  /** Undefined until the first batch. */
  get format(): CaptureFormat | undefined {
    return this.#format;
  }

  /** Bytes read from the disk so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Of the content after gunzip; empty until the last batch. */
  get sha256(): string {
    return this.#sha256;
  }

  /** What a person should know about the capture beyond its messages; complete after the last batch. */
  get notes(): string[] {
    return this.#network?.notes() ?? [];
  }

  /**
   * The messages. Each batch is good only until the next is asked for.
   * @throws ToolError where the file cannot be read or is of an unknown format
   */
  async *batches(): AsyncGenerator<MessageBatch> {
    let buffer = new Uint8Array(4 * CHUNK_BYTES);
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
        this.#format =
          this.#forced ?? detectFormat(buffer.subarray(start, Math.min(end, start + HEAD_BYTES)), this.path);
        parser = this.#parser(this.#format);
      }
      for (let more = true; more;) {
        batch.clear();
        const stopped = parser.parse(buffer, start, end, base, last, batch);
        more = batch.full;
        start = stopped;
        if (!more && damage !== undefined) {
          const offset = base + end;
          const payload = new Uint8Array(0);
          batch.rejects.push({
            reason: 'truncated',
            detail: damage,
            offset,
            length: 0,
            topic: null,
            receiveTime: null,
            payload,
          });
        }
        if (batch.count > 0 || batch.rejects.length > 0) yield batch;
      }
    }
    this.#sha256 = this.#hash.digest('hex');
  }

  #parser(format: CaptureFormat): CaptureParser {
    if (format === 'delimited') return new DelimitedProtobufParser();
    if (format === 'mosquitto') return new MosquittoLineParser(this.#topics);
    return (this.#network = new MqttCaptureParser(this.path, this.#topics));
  }

  /** The content after gunzip; returns what is wrong where a gzip stream ends early or is damaged. */
  async *#content(): AsyncGenerator<Buffer, string | undefined> {
    const file = createReadStream(this.path, { highWaterMark: CHUNK_BYTES });
    let gzip = false;
    try {
      for await (const chunk of file) {
        if (!Buffer.isBuffer(chunk)) continue;
        this.#bytesRead += chunk.length;
        if (!gzip && this.#bytesRead === chunk.length && isGzip(chunk)) {
          gzip = true;
          break;
        }
        yield chunk;
      }
    } catch (error) {
      throw explainSystemError(error, 'read', this.path, EXIT.input);
    }
    if (!gzip) return undefined;

    this.#bytesRead = 0;
    const stream = createReadStream(this.path, { highWaterMark: CHUNK_BYTES });
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    stream.on('data', (chunk) => (this.#bytesRead += chunk.length));
    stream.on('error', (error) => gunzip.destroy(error));
    stream.pipe(gunzip);
    try {
      for await (const chunk of gunzip) if (Buffer.isBuffer(chunk)) yield chunk;
      return undefined;
    } catch (error) {
      if (systemErrorCode(error)?.startsWith('Z_') !== true)
        throw explainSystemError(error, 'read', this.path, EXIT.input);
      return `the gzip stream is damaged or ends early: ${error instanceof Error ? error.message : ''}`;
    } finally {
      stream.destroy();
    }
  }
}

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { systemErrorCode } from '../tool-error';
import type { FileReply } from './file-reply';
import type { ServedFile } from './served-file';

/** What is logged of one request. */
export interface RequestRecord {
  /** When it came in, ISO 8601 UTC. */
  time: string;
  method: string;
  /** As it was sent, percent-encoded, without the query. */
  path: string;
  /** Without the `?`; '' for none. */
  query: string;
  /** The Range header; null for none. */
  range: string | null;
  /** 499 where the client left before there was an answer. */
  status: number;
  /** Bytes of the body that were sent. */
  bytes: number;
}

const CLIENT_LEFT = 499;
/** Reads of this size keep a disk busy; smaller ones cost more in turns of the event loop than in memory. */
const READ_BYTES = 256 * 1024;

/** One request and its answer: knows how to send, and counts what was sent. */
export class Exchange {
  readonly id = randomBytes(8).toString('hex').toUpperCase();
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #time = new Date().toISOString();
  #bytes = 0;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.method = request.method ?? 'GET';
    // Not `new URL`, which would quietly take `..` out of the path; a proxy may send an absolute URL.
    const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
    const mark = target.indexOf('?');
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark + 1);
  }

  /** The record of this exchange, once it is over. */
  record(): RequestRecord {
    return {
      time: this.#time,
      method: this.method,
      path: this.path,
      query: this.query,
      range: this.request.headers.range ?? null,
      status: this.response.headersSent ? this.response.statusCode : CLIENT_LEFT,
      bytes: this.#bytes,
    };
  }

  /** Answers with a text; HEAD, 204 and 304 leave the body away. */
  sendText(status: number, headers: OutgoingHttpHeaders, text = ''): void {
    const body = Buffer.from(text);
    const length = status === 204 || status === 304 ? {} : { 'Content-Length': body.length };
    this.response.writeHead(status, { ...headers, ...length });
    if (this.method === 'HEAD' || status === 204 || status === 304) {
      this.response.end();
    } else {
      this.#bytes = body.length;
      this.response.end(body);
    }
  }

  /**
   * Answers with (part of) a file and closes it. A client that leaves stops the reading; a file that turns out shorter than
   * it was ends the connection, so that the client sees the loss.
   */
  async sendFile(
    file: ServedFile,
    reply: FileReply & { status: 200 | 206 },
    headers: OutgoingHttpHeaders,
  ): Promise<void> {
    const length = reply.end - reply.start;
    const range = reply.status === 206 ? { 'Content-Range': `bytes ${reply.start}-${reply.end - 1}/${file.size}` } : {};
    try {
      this.response.writeHead(reply.status, { ...headers, ...range, 'Content-Length': length });
      if (this.method === 'HEAD' || length === 0) {
        this.response.end();
        return;
      }
      await this.#pump(file, reply.start, reply.end);
      this.response.end();
    } catch (error) {
      this.response.destroy();
      if (systemErrorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    } finally {
      await file.handle.close();
    }
  }

  async #pump({ handle }: ServedFile, start: number, end: number): Promise<void> {
    for (let position = start; position < end && !this.response.destroyed;) {
      const chunk = Buffer.allocUnsafe(Math.min(READ_BYTES, end - position));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) throw new Error(`the file ended at byte ${position} of ${end} while it was sent`);
      if (this.response.destroyed) return;
      position += bytesRead;
      this.#bytes += bytesRead;
      if (!this.response.write(chunk.subarray(0, bytesRead))) await this.#drained();
    }
  }

  async #drained(): Promise<void> {
    const leave = new AbortController();
    const gone = finished(this.response, { signal: leave.signal }).catch(() => undefined);
    const drained = new Promise<void>((resolve) => this.response.once('drain', resolve));
    await Promise.race([drained, gone]);
    leave.abort();
  }
}

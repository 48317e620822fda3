import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { systemErrorCode } from '../tool-error';
import type { Pace } from './pace';

/** A request whose body is at hand. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: Uint8Array;
}

/** An answer with its whole body. */
export interface HttpAnswer {
  status: number;
  /** By lower-case name. */
  headers: http.IncomingHttpHeaders;
  body: Uint8Array;
}

/** A failure of the network between here and the server, which may be over a moment later. */
export class NetworkFailure extends Error {
  /** System error code, such as `ECONNRESET`. */
  readonly code: string | undefined;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'NetworkFailure';
    this.code = systemErrorCode(cause);
  }
}

const PIECE_BYTES = 64 << 10;

/**
 * Sends requests over kept-alive connections, bodies and answers at a pace. Node's `http` rather than `fetch`, which sends
 * bodies of known length only in one piece and so can neither be paced nor tell a slow upload from a server fallen silent.
 */
export class HttpExchange {
  readonly #agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  };
  readonly #pace: Pace | undefined;
  readonly #patienceMs: number;

  /** @param patienceMs how long a server may neither take nor give a byte */
  constructor(patienceMs: number, pace?: Pace) {
    this.#patienceMs = patienceMs;
    this.#pace = pace;
  }

  /**
   * @throws NetworkFailure where no whole answer arrived
   * @throws the signal's reason when it is aborted
   */
  async send({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    const length = body === undefined ? {} : { 'content-length': String(body.byteLength) };
    const outgoing = (secure ? https : http).request(target, {
      method,
      headers: { ...headers, ...length },
      agent: this.#agents[secure ? 'https:' : 'http:'],
      signal,
    });
    const watch = setTimeout(() => outgoing.destroy(new Error('the server fell silent')), this.#patienceMs);
    try {
      return await this.#converse(outgoing, body, signal, watch);
    } catch (error) {
      signal.throwIfAborted();
      throw new NetworkFailure(error);
    } finally {
      clearTimeout(watch);
    }
  }

  async #converse(
    outgoing: http.ClientRequest,
    body: Uint8Array | undefined,
    signal: AbortSignal,
    watch: NodeJS.Timeout,
  ): Promise<HttpAnswer> {
    let answered = false;
    const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
    });
    const settled = answer.then(
      () => void (answered = true),
      () => void (answered = true),
    );
    // A server may refuse before it has taken the whole body, and its answer says more than the broken connection.
    let sent = 0;
    for (; body !== undefined && sent < body.byteLength && !answered; sent += PIECE_BYTES) {
      const piece = body.subarray(sent, sent + PIECE_BYTES);
      await this.#takePace(piece.byteLength, signal, watch);
      if (!outgoing.write(piece)) await Promise.race([once(outgoing, 'drain').catch(() => undefined), settled]);
    }
    const whole = sent >= (body?.byteLength ?? 0);
    if (whole) outgoing.end();
    watch.refresh();
    const incoming = await answer;
    const received = await this.#receive(incoming, signal, watch);
    if (!whole) outgoing.destroy();
    return received;
  }

  async #receive(incoming: http.IncomingMessage, signal: AbortSignal, watch: NodeJS.Timeout): Promise<HttpAnswer> {
    const chunks: Buffer[] = [];
    watch.refresh();
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      await this.#takePace(chunk.byteLength, signal, watch);
    }
    const { statusCode = 0, headers } = incoming;
    return { status: statusCode, headers, body: Buffer.concat(chunks) };
  }

  /** Time that is spent waiting here is not the server's. */
  async #takePace(bytes: number, signal: AbortSignal, watch: NodeJS.Timeout): Promise<void> {
    if (this.#pace !== undefined) {
      const keepAwake = setInterval(() => watch.refresh(), Math.max(1, this.#patienceMs / 4));
      try {
        await this.#pace.take(bytes, signal);
      } finally {
        clearInterval(keepAwake);
      }
    }
    watch.refresh();
  }
}

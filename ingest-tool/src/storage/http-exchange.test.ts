import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpExchange, NetworkFailure } from './http-exchange';
import { Pace, type Clock } from './pace';

const never = new AbortController().signal;
const servers: Server[] = [];

/** Time that passes only by waiting. */
class VirtualClock implements Clock {
  time = 0;
  #queue: Promise<void> = Promise.resolve();

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const until = this.time + milliseconds;
    this.#queue = this.#queue.then(() => void (this.time = Math.max(this.time, until)));
    await this.#queue;
    signal.throwIfAborted();
  }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('an exchange over HTTP', () => {
  it('carries what is sent and received together at most at its pace', async () => {
    const url = await serve((request, response) => request.pipe(response));
    const clock = new VirtualClock();
    const exchange = new HttpExchange(10_000, new Pace(1_000_000, clock));
    const body = new Uint8Array(1_000_000).fill(1);
    const send = async (): Promise<number> =>
      (await exchange.send({ method: 'PUT', url, headers: {}, body }, never)).body.length;
    expect(await Promise.all([send(), send(), send()])).toEqual([1e6, 1e6, 1e6]);
    expect(clock.time).toBeCloseTo(6000);
  });

  it('takes the word of a server that refuses before it has the whole body', async () => {
    const url = await serve((_, response) => response.writeHead(403, { connection: 'close' }).end('no'));
    const request = { method: 'PUT', url, headers: {}, body: new Uint8Array(64 << 20) };
    const answer = await new HttpExchange(10_000).send(request, never).catch((error: unknown) => error);
    // The broken connection may be faster than the word; then it is a failure that is tried again.
    if (!(answer instanceof NetworkFailure)) expect(answer).toMatchObject({ status: 403 });
  });

  it('gives up a server that falls silent, before or amid its answer', async () => {
    const silent = await serve(() => undefined);
    const stuck = await serve((_, response) => response.writeHead(200, { 'content-length': '9' }).write('half'));
    for (const url of [silent, stuck]) {
      const sent = new HttpExchange(50).send({ method: 'GET', url, headers: {} }, never);
      await expect(sent).rejects.toThrow(NetworkFailure);
    }
  });

  it('fails where the answer breaks off', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '9' }).write('half', () => response.destroy());
    });
    await expect(new HttpExchange(10_000).send({ method: 'GET', url, headers: {} }, never)).rejects.toThrow(
      NetworkFailure,
    );
  });

  it('ends with its signal, also while it waits for its turn', async () => {
    const url = await serve(() => undefined);
    const stop = new AbortController();
    const sent = new HttpExchange(10_000).send({ method: 'GET', url, headers: {} }, stop.signal);
    const paced = new HttpExchange(10_000, new Pace(1)).send(
      { method: 'PUT', url, headers: {}, body: new Uint8Array(99) },
      stop.signal,
    );
    stop.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    await expect(paced).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('keeps connections for the next request', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const exchange = new HttpExchange(10_000);
    for (let count = 0; count < 5; count++) await exchange.send({ method: 'GET', url, headers: {} }, never);
    expect(ports.size).toBe(1);
  });
});

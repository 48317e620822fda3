import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { DurableGate } from './durable-gate';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Both ends of a connection on this machine. */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  const near = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const [far] = await once(server, 'connection');
  return { near, far: far as Socket };
}

describe('the gate before a broker', () => {
  it('lets nothing out before what came in is safe, then all of it in order behind one sync', async () => {
    const { near, far } = await pair();
    const syncs: (() => void)[] = [];
    const gate = new DurableGate(near, () => new Promise((resolve) => syncs.push(resolve)));
    let received = '';
    far.on('data', (bytes: Buffer) => (received += bytes.toString()));
    for (const word of ['a', 'b', 'c']) gate.write(word);
    far.write('in');
    expect(String((await once(gate, 'data'))[0])).toBe('in');
    expect([received, syncs.length]).toEqual(['', 1]);
    syncs[0]?.();
    while (syncs.length < 2) await new Promise((resolve) => setImmediate(resolve));
    syncs[1]?.();
    while (received.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect([received, syncs.length]).toEqual(['abc', 2]);
    gate.destroy();
    far.destroy();
  });

  it('fails instead of acknowledging where the disk does', async () => {
    const { near, far } = await pair();
    const gate = new DurableGate(near, () => Promise.reject(new Error('the disk is full')));
    const sent = text(far);
    gate.write('acknowledged');
    const [error] = await once(gate, 'error');
    expect(error).toMatchObject({ message: 'the disk is full' });
    expect(await sent).toBe('');
  });

  it('ends with the connection', async () => {
    const { near, far } = await pair();
    const gate = new DurableGate(near, () => Promise.resolve());
    gate.resume();
    far.end();
    await once(gate, 'close');
    expect(near.destroyed).toBe(true);
  });
});

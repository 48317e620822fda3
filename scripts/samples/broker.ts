import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';

/** An MQTT broker on this machine. */
export interface Broker {
  port: number;
  /** What it is, for people. */
  name: string;
  stop(): Promise<void>;
}

const START_ATTEMPTS = 50;

/** Starts Debian's mosquitto where it is installed, else aedes in this process. Both take any client of this machine. */
export async function startBroker(): Promise<Broker> {
  return hasProgram('mosquitto', '-h') ? startMosquitto() : startAedes();
}

/** Whether a program can be run. */
export function hasProgram(program: string, harmlessFlag: string): boolean {
  return spawnSync(program, [harmlessFlag], { stdio: 'ignore' }).error === undefined;
}

async function startMosquitto(): Promise<Broker> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'tidelake-broker-'));
  const configuration = path.join(folder, 'mosquitto.conf');
  // By default mosquitto drops what a slow subscriber has not taken after a thousand messages.
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'max_queued_messages 0', 'log_type warning'];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', configuration], { stdio: ['ignore', 'ignore', 'inherit'] });
  await waitForBroker(port);
  return {
    port,
    name: 'mosquitto',
    stop: async () => {
      await ended(child);
      await rm(folder, { recursive: true });
    },
  };
}

async function startAedes(): Promise<Broker> {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  const port = await listen(server);
  const closed = (close: (done: () => void) => void): Promise<void> => new Promise((resolve) => close(resolve));
  return {
    port,
    name: 'aedes',
    stop: async () => {
      await closed((done) => broker.close(done));
      await closed((done) => server.close(() => done()));
    },
  };
}

async function waitForBroker(port: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }, false);
      await client.endAsync();
      return;
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw new Error('mosquitto did not start', { cause: error });
      await delay(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}

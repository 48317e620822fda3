import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';

/** Whether Debian's mosquitto can be run here; tests that need it skip without. */
export const hasMosquitto = spawnSync('mosquitto', ['-h'], { stdio: 'ignore' }).error === undefined;

/** A mosquitto of its own, which can be stopped and started again with what it had kept. */
export class Mosquitto {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.url = `mqtt://127.0.0.1:${port}`;
  }

  /** @param more lines of its configuration */
  static async start(more: string[] = ['allow_anonymous true']): Promise<Mosquitto> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tidelake-mosquitto-'));
    const port = await freePort();
    const lines = [`listener ${port} 127.0.0.1`, 'persistence true', `persistence_location ${folder}/`];
    // As root, mosquitto would change to a user who may not write to the folder.
    const own = [...lines, 'user root', 'max_queued_messages 0', 'log_type warning', ...more];
    writeFileSync(path.join(folder, 'mosquitto.conf'), `${own.join('\n')}\n`);
    const broker = new Mosquitto(folder, port);
    await broker.resume();
    return broker;
  }

  get folder(): string {
    return this.#folder;
  }

  async resume(): Promise<void> {
    this.#child = spawn('mosquitto', ['-c', path.join(this.#folder, 'mosquitto.conf')], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 100 && !(await isListening(this.#port)); attempt++) await delay(50);
  }

  /** Ends it; it writes down what it keeps. */
  async pause(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A client that publishes. */
  connect(): Promise<MqttClient> {
    return connectAsync(this.url, { protocolVersion: 5, reconnectPeriod: 100 });
  }
}

async function isListening(port: number): Promise<boolean> {
  const client = await connectAsync(
    `mqtt://127.0.0.1:${port}`,
    { reconnectPeriod: 0, connectTimeout: 500 },
    false,
  ).catch((error: unknown) => {
    // A refusal is an answer too.
    return error instanceof Error && 'code' in error && typeof error.code === 'number' ? 'refused' : undefined;
  });
  if (client === undefined || client === 'refused') return client === 'refused';
  await client.endAsync();
  return true;
}

/** A port that nobody listens to. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { connectAsync, type IPublishPacket } from 'mqtt';
import { hasProgram, startBroker } from './broker';

/** One message to be published. */
export interface Publication {
  topic: string;
  payload: Uint8Array;
}

/** What to record, and where to. */
interface Subscription {
  port: number;
  filter: string;
  count: number;
  output: string;
}

/** Starts to record; the promise inside ends when all messages are on disk. */
type Recorder = (subscription: Subscription) => Promise<{ done: Promise<void> }>;

/** Seconds received, QoS, retained, length, topic, payload in hexadecimal. */
const FORMAT = '%U %q %r %l %t %x';

/** Publications under way at once: quick, and no queue grows long. */
const IN_FLIGHT = 100;

/**
 * Publishes messages in their order through a real broker at QoS 1 and records what a subscriber receives: with
 * mosquitto_sub where it is installed, else with a client of our own that writes the same lines.
 * @returns the programs that took part, for people
 */
export async function recordCapture(publications: Publication[], filter: string, output: string): Promise<string> {
  const broker = await startBroker();
  try {
    const external = hasProgram('mosquitto_sub', '--help');
    const record = external ? recordWithMosquitto : recordOurselves;
    const recording = await record({ port: broker.port, filter, count: publications.length, output });
    await publish(broker.port, publications);
    await recording.done;
    return `${broker.name}, recorded by ${external ? 'mosquitto_sub' : 'mqtt.js'}`;
  } finally {
    await broker.stop();
  }
}

async function publish(port: number, publications: Publication[]): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  for (let start = 0; start < publications.length; start += IN_FLIGHT) {
    const batch = publications.slice(start, start + IN_FLIGHT);
    await Promise.all(batch.map(({ topic, payload }) => client.publishAsync(topic, Buffer.from(payload), { qos: 1 })));
  }
  await client.endAsync();
}

const recordWithMosquitto: Recorder = async ({ port, filter, count, output }) => {
  // A session that lasts, subscribed (-E) before the recorder starts, so that the first messages cannot be missed.
  const session = ['-h', '127.0.0.1', '-p', String(port), '-i', 'tidelake-samples', '-c', '-q', '1', '-t', filter];
  await run(['-E', ...session], 'ignore');
  const file = await open(output, 'w');
  const done = run([...session, '-C', String(count), '-F', FORMAT], file.fd).finally(() => file.close());
  return { done };
};

async function run(settings: string[], output: number | 'ignore'): Promise<void> {
  const child = spawn('mosquitto_sub', settings, { stdio: ['ignore', output, 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`mosquitto_sub ended with exit code ${String(code)}`);
}

const recordOurselves: Recorder = async ({ port, filter, count, output }) => {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const file = createWriteStream(output);
  const complete = new Promise<void>((resolve, reject) => {
    let received = 0;
    client.on('error', reject);
    client.on('message', (topic, payload, packet) => {
      file.write(formatLine(topic, payload, packet));
      if (++received === count) resolve();
    });
  });
  await client.subscribeAsync(filter, { qos: 1 });
  const done = complete.then(async () => {
    await client.endAsync();
    file.end();
    await finished(file);
  });
  return { done };
};

function formatLine(topic: string, payload: Buffer, { qos, retain }: IPublishPacket): string {
  const milliseconds = Date.now();
  const time = `${Math.floor(milliseconds / 1000)}.${String(milliseconds % 1000).padStart(3, '0')}000000`;
  return `${time} ${qos} ${retain ? 1 : 0} ${payload.length} ${topic} ${payload.toString('hex')}\n`;
}

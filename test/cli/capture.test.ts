import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DESCRIPTION_PATH, SPOOL_FOLDER } from '@tidelake/lake-format';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureReport } from '../../ingest-tool/src/capture/capture-report';
import {
  filesBelow,
  makeWorkspace,
  readLakeRows,
  readQuarantine,
  removeWorkspaces,
  startTool,
} from '../support/ingest-cli';
import { hasMosquitto, Mosquitto } from '../support/mosquitto';
import { encodeTelemetry, EVENING, TELEMETRY_PROTO, telemetry } from '../support/ocean-telemetry';
import { runTidelake, type ProgramRun } from '../support/tidelake-process';

afterAll(removeWorkspaces);

const TOPIC = 'ocean/telemetry/#';

/** Starts a worker and waits until it is subscribed. */
async function startWorker(broker: Mosquitto, lake: string, ...more: string[]): Promise<ProgramRun> {
  const schema = ['--proto', TELEMETRY_PROTO, '--message', 'OceanTelemetry'];
  const run = runTidelake('capture', broker.url, '--topic', TOPIC, '--to', lake, ...schema, '--json', ...more);
  for (let wait = 0; !run.stderr().includes('Connected') && run.child.exitCode === null && wait < 400; wait++)
    await delay(50);
  // The subscription follows the connection.
  await delay(200);
  return run;
}

/** Asks a worker to end, and reads its last line. */
async function endWorker(run: ProgramRun): Promise<CaptureReport> {
  run.child.kill('SIGTERM');
  const code = await run.exited;
  const last = run.stdout().trim().split('\n').at(-1) ?? '';
  expect(code, `${run.stderr()}\n${run.stdout()}`).toBe(0);
  return JSON.parse(last);
}

/** Publishes messages of several instruments, a second apart: each can be told from every other. */
async function publish(client: MqttClient, from: number, to: number, qos: 0 | 1 | 2 = 1): Promise<void> {
  // mosquitto breaks with a publisher that has more than twenty messages of QoS 2 under way.
  const most = qos === 2 ? 15 : 200;
  const sending: Promise<unknown>[] = [];
  for (let index = from; index < to; index++) {
    const fields = telemetry({
      deviceId: `ctd-${index % 3}`,
      timestamp: EVENING + Math.floor(index / 3),
      waterTempCelsius: index / 100,
    });
    sending.push(
      client.publishAsync(`ocean/telemetry/ctd-${index % 3}`, Buffer.from(encodeTelemetry(fields)), { qos }),
    );
    if (sending.length >= most) await Promise.all(sending.splice(0));
  }
  await Promise.all(sending);
}

/** The numbers of the published messages that are in the lake, sorted; one that is there twice is here twice. */
async function messagesIn(lake: string): Promise<number[]> {
  const rows = await readLakeRows(lake);
  return rows.map(({ temperature }) => Math.round(Number(temperature) * 100)).sort((left, right) => left - right);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe.skipIf(!hasMosquitto)('tidelake capture', () => {
  let broker: Mosquitto;
  let client: MqttClient;
  const runs: ProgramRun[] = [];

  beforeEach(async () => {
    broker = await Mosquitto.start();
    client = await broker.connect();
  });

  afterEach(async () => {
    for (const run of runs.splice(0)) run.child.kill('SIGKILL');
    await client.endAsync(true);
    await broker.stop();
  });

  const worker = async (lake: string, ...more: string[]): Promise<ProgramRun> => {
    const run = await startWorker(broker, lake, ...more);
    runs.push(run);
    return run;
  };

  it(
    'loses no message and takes none twice where two workers share a topic and one is killed',
    { timeout: 240_000 },
    async () => {
      const lake = join(makeWorkspace(), 'lake');
      const options = ['--group', 'lakes', '--flush', '700'];
      const first = await worker(lake, ...options);
      const second = await worker(lake, ...options);
      const total = 5000;
      await publish(client, 0, 2500);
      const sending = publish(client, 2500, total);
      await delay(150);
      second.child.kill('SIGKILL');
      await second.exited;
      await sending;
      const third = await worker(lake, ...options);
      await settled(lake, total);
      const reports = [await endWorker(first), await endWorker(third)];
      expect(await messagesIn(lake)).toEqual(upTo(total));
      expect(reports.every(({ quarantined }) => Object.keys(quarantined).length === 0)).toBe(true);
      expect(filesBelow(join(lake, SPOOL_FOLDER)).filter((path) => path.endsWith('.log'))).toEqual([]);
      expect(filesBelow(join(lake, SPOOL_FOLDER)).filter((path) => path.endsWith('lock'))).toEqual([]);
      expect(readdirSync(join(lake, '_tidelake'))).not.toContain('lock');
    },
  );

  it.each([
    ['5', 0],
    ['5', 2],
    ['3.1.1', 1],
    ['3.1.1', 2],
  ] as const)('takes every message over MQTT %s with QoS %i once', { timeout: 120_000 }, async (version, qos) => {
    const lake = join(makeWorkspace(), 'lake');
    const run = await worker(lake, '--mqtt', version, '--qos', String(qos), '--flush', '400');
    await publish(client, 0, 1000, qos);
    await settled(lake, 800);
    for (let wait = 0; wait < 100 && spooledLines(lake) + (await messagesIn(lake)).length < 1000; wait++)
      await delay(50);
    const report = await endWorker(run);
    expect(report).toMatchObject({
      event: 'end',
      messages: 1000,
      filed: 1000,
      rowsAdded: 1000,
      duplicates: 0,
      reconnects: 0,
    });
    expect(await messagesIn(lake)).toEqual(upTo(1000));
  });

  it('connects again when the broker comes back, and has what it kept meanwhile', { timeout: 120_000 }, async () => {
    const lake = join(makeWorkspace(), 'lake');
    const run = await worker(lake, '--flush', '500ms');
    await publish(client, 0, 300);
    await broker.pause();
    await broker.resume();
    await publish(client, 300, 600);
    await settled(lake, 600);
    const report = await endWorker(run);
    expect(report.reconnects).toBeGreaterThan(0);
    expect(await messagesIn(lake)).toEqual(upTo(600));
  });

  it('finds what came while no worker was there', { timeout: 120_000 }, async () => {
    const lake = join(makeWorkspace(), 'lake');
    await endWorker(await worker(lake));
    await publish(client, 0, 500);
    const run = await worker(lake, '--flush', '500ms');
    await settled(lake, 500);
    await endWorker(run);
    expect(await messagesIn(lake)).toEqual(upTo(500));
  });

  it('files what a killed worker had acknowledged, also with QoS 2', { timeout: 120_000 }, async () => {
    const lake = join(makeWorkspace(), 'lake');
    const killed = await worker(lake, '--qos', '2', '--flush', '1h');
    await publish(client, 0, 700, 2);
    for (let wait = 0; wait < 200 && spooledLines(lake) < 650; wait++) await delay(50);
    killed.child.kill('SIGKILL');
    await killed.exited;
    const next = await worker(lake, '--qos', '2', '--flush', '500ms');
    await settled(lake, 700);
    const report = await endWorker(next);
    expect(report.recovered).toBeGreaterThanOrEqual(650);
    expect(await messagesIn(lake)).toEqual(upTo(700));
  });

  it('gives its password to the broker only, and ends where the broker refuses it', { timeout: 120_000 }, async () => {
    const folder = makeWorkspace();
    const passwords = join(folder, 'passwords');
    execFileSync('mosquitto_passwd', ['-c', '-b', passwords, 'me', 'right-secret'], { stdio: 'ignore' });
    const guarded = await Mosquitto.start(['allow_anonymous false', `password_file ${passwords}`]);
    try {
      const schema = ['--proto', TELEMETRY_PROTO, '--message', 'OceanTelemetry', '--to', join(folder, 'lake')];
      const args = ['capture', guarded.url, '--topic', TOPIC, ...schema, '--username', 'me', '--for', '2s'];
      const secret = join(folder, 'secret');
      for (const [password, code] of [
        ['wrong-secret', 3],
        ['right-secret', 0],
      ] as const) {
        writeFileSync(secret, `${password}\n`);
        const run = runTidelake(...args, '--password-file', secret);
        runs.push(run);
        expect(await run.exited).toBe(code);
        expect(run.stderr()).toContain(code === 0 ? 'Connected' : 'refuses');
        expect(run.stdout() + run.stderr()).not.toContain(password);
        const left = filesBelow(folder).filter((path) => path.startsWith('lake/'));
        for (const path of left) expect(readFileSync(join(folder, path), 'latin1')).not.toContain(password);
      }
    } finally {
      await guarded.stop();
    }
  });

  it('sets a message aside that is none of the schema, and goes on', { timeout: 120_000 }, async () => {
    const lake = join(makeWorkspace(), 'lake');
    const run = await worker(lake);
    await client.publishAsync('ocean/telemetry/odd name', 'not protobuf', { qos: 1 });
    await client.publishAsync('ocean/telemetry/empty', Buffer.from(encodeTelemetry({ timestamp: EVENING })), {
      qos: 1,
    });
    await publish(client, 0, 3);
    await delay(300);
    const report = await endWorker(run);
    expect(report).toMatchObject({ messages: 5, rowsAdded: 3, quarantined: { undecodable: 1, missing_device: 1 } });
    const [odd] = await readQuarantine(lake);
    expect(odd).toMatchObject({ reason: 'undecodable', topic: 'ocean/telemetry/odd name' });
    expect(Buffer.from(odd?.['payload'] as Uint8Array).toString()).toBe('not protobuf');
  });
});

/** Waits until a lake has so many rows; the assertions after it tell if they never come. */
async function settled(lake: string, rows: number): Promise<void> {
  for (let wait = 0; wait < 300; wait++) {
    const there = await messagesIn(lake).catch(() => []);
    if (there.length >= rows) return;
    await delay(200);
  }
}

function spooledLines(lake: string): number {
  const spool = join(lake, SPOOL_FOLDER);
  return filesBelow(spool)
    .filter((path) => path.endsWith('.log'))
    .reduce((sum, path) => sum + readFileSync(join(spool, path), 'latin1').split('\n').length - 1, 0);
}

describe('tidelake capture, without a broker', () => {
  it('prints the mosquitto_sub command that captures the same', async () => {
    const broker = ['capture', 'mqtts://broker.example.org', '--group', 'g 1', '--username', "o'brien"];
    const { stdout, code } = await startTool([...broker, '--topic', 'a/+/b', '--topic', 'c/#', '--print-command'])
      .ended;
    expect(code).toBe(0);
    expect(stdout).toBe(
      `mosquitto_sub -h broker.example.org -p 8883 -V mqttv5 -q 1 -t '$share/g 1/a/+/b' -t '$share/g 1/c/#' -u 'o'\\''brien' --tls-use-os-certs -F '%U %q %r %l %t %x'\n`,
    );
  });

  it('refuses wrong usage before it connects, and never repeats a password', async () => {
    const folder = makeWorkspace();
    const wrong: [string[], string][] = [
      [['http://broker', '--topic', 'a'], 'mqtt://host'],
      [['mqtt://me:secret@broker', '--topic', 'a'], 'MQTT_PASSWORD'],
      [['mqtt://broker'], '--topic'],
      [['mqtt://broker', '--topic', 'a/#/b'], '#'],
      [['mqtt://broker', '--topic', '$share/g/a'], '--group'],
      [['mqtt://broker', '--topic', 'a', '--flush', 'soon'], '60s'],
      [['mqtt://broker', '--topic', 'a', '--qos', '3'], '0, 1, 2'],
      [['mqtt://broker', '--topic', 'a', '--to', join(folder, 'lake')], '--proto'],
    ];
    const results = await Promise.all(wrong.map(([args]) => startTool(['capture', ...args]).ended));
    for (const [index, [args, words]] of wrong.entries()) {
      const { code, stderr } = results[index] ?? { code: null, stderr: '' };
      expect(code, args.join(' ')).toBe(2);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain('secret');
    }
    expect(filesBelow(folder)).not.toContain(join('lake', DESCRIPTION_PATH));
  });
});

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, describe, expect, it } from 'vitest';
import { makeWorkspace, readLakeRows, removeWorkspaces } from '../support/ingest-cli';
import { freePort, hasMosquitto, Mosquitto } from '../support/mosquitto';
import { encodeTelemetry, telemetry, TELEMETRY_PROTO } from '../support/ocean-telemetry';
import { makeAuthority } from '../support/self-signed';
import { runNode, type ProgramRun } from '../support/tidelake-process';

afterAll(removeWorkspaces);

describe.skipIf(!hasMosquitto)('tidelake capture over TLS', () => {
  it(
    'trusts the authority it is told, shows its own certificate, and refuses any other',
    { timeout: 120_000 },
    async () => {
      const folder = makeWorkspace();
      const put = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const [own, other] = [await makeAuthority(), await makeAuthority()];
      const ca = put('ca.pem', own.ca);
      const wrongCa = put('other.pem', other.ca);
      const server = [`certfile ${put('server.pem', own.server.cert)}`, `keyfile ${put('server.key', own.server.key)}`];
      const client = ['--cert', put('client.pem', own.client.cert), '--key', put('client.key', own.client.key)];
      const passwords = join(folder, 'passwords');
      execFileSync('mosquitto_passwd', ['-c', '-b', passwords, 'me', 'right-secret'], { stdio: 'ignore' });
      const [port, strictPort] = [await freePort(), await freePort()];
      const broker = await Mosquitto.start([
        'allow_anonymous false',
        `password_file ${passwords}`,
        ...[`listener ${port} 127.0.0.1`, ...server],
        ...[`listener ${strictPort} 127.0.0.1`, ...server, `cafile ${ca}`, 'require_certificate true'],
      ]);
      const runs: ProgramRun[] = [];
      const start = (at: string, lake: string, more: string[], password = 'right-secret'): ProgramRun => {
        const schema = ['--proto', TELEMETRY_PROTO, '--message', 'OceanTelemetry'];
        const args = [
          'capture',
          at,
          '--topic',
          'sea/#',
          '--to',
          join(folder, lake),
          '--username',
          'me',
          ...schema,
          ...more,
        ];
        const run = runNode(['ingest-tool/bin/tidelake.js', ...args, '--flush', '1', '--json'], {
          env: { MQTT_PASSWORD: password },
        });
        runs.push(run);
        return run;
      };
      try {
        const good = [
          start(`mqtts://localhost:${port}`, 'lake', ['--ca', ca]),
          start(`mqtts://127.0.0.1:${strictPort}`, 'strict', ['--ca', ca, ...client]),
        ];
        const bad = [
          { run: start(`mqtts://localhost:${port}`, 'a', ['--ca', wrongCa]), says: 'No trusted connection' },
          { run: start(`mqtts://localhost:${port}`, 'b', []), says: 'No trusted connection' },
          { run: start(`mqtts://localhost:${port}`, 'c', ['--ca', ca], 'wrong-secret'), says: 'refuses: ' },
        ];
        for (const { run, says } of bad) {
          expect([await run.exited, run.stderr()]).toEqual([3, expect.stringContaining(says)]);
          expect(run.stderr()).not.toContain('secret');
        }
        const publisher = await connectAsync(broker.url, { username: 'me', password: 'right-secret' });
        // The workers' sessions begin with their subscriptions, so messages are sent until they have some.
        let sent = 0;
        const sending = setInterval(() => {
          const fields = telemetry({ deviceId: 'ctd-1', waterTempCelsius: ++sent });
          publisher.publish('sea/ctd-1', Buffer.from(encodeTelemetry(fields)), { qos: 1 });
        }, 200);
        try {
          for (const run of good) {
            await run.printed(/"event":"flush"/);
            run.child.kill('SIGTERM');
            expect(await run.exited, run.stderr()).toBe(0);
            expect(run.stderr()).toContain('Connected to mqtts://');
          }
        } finally {
          clearInterval(sending);
          await publisher.endAsync(true);
        }
        for (const lake of ['lake', 'strict'])
          expect((await readLakeRows(join(folder, lake))).length).toBeGreaterThan(0);
      } finally {
        for (const run of runs) run.child.kill('SIGKILL');
        await broker.stop();
      }
    },
  );
});

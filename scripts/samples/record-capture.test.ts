import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasProgram } from './broker';
import { recordCapture, type Publication } from './record-capture';

const publications: Publication[] = Array.from({ length: 250 }, (_, index) => ({
  topic: `ocean/telemetry/sbe37-${index % 3}`,
  payload: Uint8Array.of(0, 10, index),
}));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidelake-capture-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function recordedLines(): Promise<string[]> {
  const output = path.join(folder, 'capture.log');
  await recordCapture(publications, 'ocean/telemetry/#', output);
  return (await readFile(output, 'utf8')).trimEnd().split('\n');
}

function expectEveryMessageOnce(lines: string[]): void {
  expect(lines.map((line) => line.replace(/^\d{10}\.\d{9} /, ''))).toEqual(
    publications.map(({ topic, payload }) => `1 0 3 ${topic} ${Buffer.from(payload).toString('hex')}`),
  );
}

describe('recordCapture', () => {
  it.runIf(hasProgram('mosquitto_sub', '--help'))('records every message once with mosquitto_sub', async () => {
    expectEveryMessageOnce(await recordedLines());
  });

  it('writes the same lines where no mosquitto is installed', async () => {
    vi.stubEnv('PATH', folder);
    expectEveryMessageOnce(await recordedLines());
  });
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTidelake, type ProgramRun } from '../support/tidelake-process';

const PAGE = /Tidelake {2}(http:\/\/\S+?)(#lake=\S+)/;

let folder: string;
let lake: string;
const running: ProgramRun[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidelake-serve-'));
  lake = path.join(folder, 'lake');
  await mkdir(path.join(lake, 'station=a'), { recursive: true });
  await writeFile(path.join(lake, 'station=a/data.parquet'), 'PAR1');
});

afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
  await rm(folder, { recursive: true });
});

function serve(...args: string[]): ProgramRun {
  const run = runTidelake('serve', ...args);
  running.push(run);
  return run;
}

async function siteOf(run: ProgramRun): Promise<string> {
  const [, site = ''] = await run.printed(PAGE);
  return site;
}

describe('tidelake serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s and ends well', async (signal) => {
    const run = serve(lake, '--port', '0');
    const [, site = '', hash] = await run.printed(PAGE);
    expect(hash).toBe('#lake=/lake/');
    const listing = await fetch(`${site}lake/?list-type=2`).then((response) => response.text());
    expect(listing).toContain('<Key>station=a/data.parquet</Key>');
    run.child.kill(signal);
    expect(await run.exited).toBe(0);
    expect(run.stderr()).toContain('Stopped.');
  });

  it('appends one JSON line a request to the log', async () => {
    const log = path.join(folder, 'requests.jsonl');
    await writeFile(log, '{"before":true}\n');
    const run = serve(lake, '--port', '0', '--log', log, '--latency', '1');
    const site = await siteOf(run);
    const object = await fetch(`${site}lake/station=a/data.parquet`, { headers: { range: 'bytes=1-2' } });
    expect(await object.text()).toBe('AR');
    run.child.kill('SIGTERM');
    await run.exited;
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { before: true },
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
        method: 'GET',
        path: '/lake/station=a/data.parquet',
        query: '',
        range: 'bytes=1-2',
        status: 206,
        bytes: 2,
      },
    ]);
  });

  it('says who holds a port that was asked for', async () => {
    const site = await siteOf(serve(lake, '--port', '0'));
    const second = serve(lake, '--port', new URL(site).port);
    expect(await second.exited).toBe(1);
    expect(second.stderr()).toMatch(/Port \d+ is taken by another tidelake serve\.\n.*--port/);
  });

  it('says so where the holder is no web server', async () => {
    const holder = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const run = serve(lake, '--port', String(port));
    expect(await run.exited).toBe(1);
    expect(run.stderr()).toContain('is taken by another program');
    await new Promise((resolve) => holder.close(resolve));
  });

  it('takes the next free port where none was asked for', async () => {
    const first = await siteOf(serve(lake));
    const second = await siteOf(serve(lake));
    expect(Number(new URL(second).port)).toBeGreaterThan(Number(new URL(first).port));
  });

  it('refuses what is not a folder', async () => {
    const missing = serve(path.join(folder, 'none'));
    expect(await missing.exited).toBe(2);
    expect(missing.stderr()).toContain('there is no such file or folder');
    const file = serve(path.join(lake, 'station=a/data.parquet'));
    expect(await file.exited).toBe(2);
    expect(file.stderr()).toContain('Name the folder that holds the lake.');
  });

  it('warns of a folder without data, and serves it', async () => {
    await mkdir(path.join(folder, 'empty'));
    const empty = serve(path.join(folder, 'empty'), '--port', '0');
    await siteOf(empty);
    expect(empty.stderr()).toMatch(/warning: .*is empty. Fill it with: tidelake ingest/);
    await writeFile(path.join(folder, 'empty/notes.txt'), '');
    const other = serve(path.join(folder, 'empty'), '--port', '0');
    await siteOf(other);
    expect(other.stderr()).toContain('there is no Parquet file in it');
  });

  it.each([
    ['--port', 'x'],
    ['--port', '70000'],
    ['--latency', '-5'],
    ['--site', '/nowhere'],
    ['--host', '203.0.113.1'],
    ['--log', '/nowhere/requests.jsonl'],
    ['--colour', 'red'],
  ])('refuses %s %s', async (option, value) => {
    const run = serve(lake, option, value);
    expect(await run.exited).toBeGreaterThan(0);
    expect(run.stderr()).not.toContain('    at ');
    expect(run.stdout()).toBe('');
  });
});

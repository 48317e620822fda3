import { cp, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../support/server';
import { runNode, type ProgramRun } from '../support/tidelake-process';

const PAGE = /Tidelake {2}(http:\/\/\S+?)#lake=\/lake\//;
const MADE = ['node_modules', 'dist', 'demo-lake', 'test-results', '.git', 'bench', 'test', 'docs'];
const START_TIMEOUT_MS = 300_000;

let project: string;

beforeAll(async () => {
  project = path.join(await realpath(await mkdtemp(path.join(tmpdir(), 'tidelake-start-'))), 'project');
  await cp(projectRoot, project, { recursive: true, filter: (source) => !MADE.includes(path.basename(source)) });
  for (const modules of ['node_modules', 'ingest-tool/node_modules']) {
    const installed = path.join(projectRoot, modules);
    if (await stat(installed).catch(() => undefined)) await symlink(installed, path.join(project, modules));
  }
});

afterAll(async () => {
  await rm(path.dirname(project), { recursive: true });
});

function start(...args: string[]): ProgramRun {
  return runNode(['scripts/start.mjs', '--no-open', ...args], { cwd: project });
}

async function stop(run: ProgramRun): Promise<void> {
  run.child.kill('SIGTERM');
  expect(await run.exited).toBe(0);
}

/** Every file of the demo lake with its time of writing: equal trees were not written again. */
async function demoLake(): Promise<string[]> {
  const names = await readdir(path.join(project, 'demo-lake'), { recursive: true });
  const facts = names.sort().map(async (name) => {
    const { size, mtimeMs } = await stat(path.join(project, 'demo-lake', name));
    return `${name} ${size} ${mtimeMs}`;
  });
  return Promise.all(facts);
}

describe('npm start', () => {
  it(
    'makes lake and site, serves both, and makes nothing again the second time',
    async () => {
      const first = start('--port', '0');
      const [, site = ''] = await first.printed(PAGE);
      for (const part of ['command-line tool', 'demo lake', 'site'])
        expect(first.stdout()).toContain(`${part}: built in`);
      expect(await fetch(site).then((response) => response.text())).toContain('<title>Tidelake');
      const stations = await fetch(`${site}lake/?list-type=2&delimiter=/`).then((response) => response.text());
      expect(stations).toContain('<Prefix>station=rapid-wb2/</Prefix>');
      await stop(first);

      const lake = await demoLake();
      const second = start('--port', '0');
      await second.printed(PAGE);
      expect(second.stdout()).not.toContain('building');
      await stop(second);
      expect(await demoLake()).toEqual(lake);

      const third = start('--port', '0');
      const [, again = ''] = await third.printed(PAGE);
      const taken = start('--port', new URL(again).port);
      expect(await taken.exited).toBe(1);
      expect(taken.stderr()).toContain('is taken by another tidelake serve');
      await stop(third);
    },
    START_TIMEOUT_MS,
  );

  it('says what is in the way of a build', async () => {
    await rm(path.join(project, 'ingest-tool/dist'), { recursive: true, force: true });
    await writeFile(path.join(project, 'ingest-tool/dist'), '');
    const run = start('--port', '0');
    expect(await run.exited).toBe(1);
    expect(run.stderr()).toMatch(/npm start: .*dist cannot be written \(EEXIST\)/);
    await rm(path.join(project, 'ingest-tool/dist'));
  });

  it('tells an old Node what is needed', async () => {
    const script = `import('./scripts/lib/node-version.mjs').then(({ nodeProblem }) =>
      console.log(JSON.stringify(['v12.22.0', 'v18.20.4', 'v20.18.3', 'v20.19.0', 'v22.0.0'].map(nodeProblem))))`;
    const run = runNode(['-e', script]);
    await run.exited;
    const advice = (version: string): string =>
      `Tidelake needs Node 20.19 or newer; this is ${version}. Get it from https://nodejs.org\n`;
    expect(JSON.parse(run.stdout())).toEqual([advice('v12.22.0'), advice('v18.20.4'), advice('v20.18.3'), null, null]);
  });
});

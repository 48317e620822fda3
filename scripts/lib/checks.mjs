import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrInstallBrowser } from '../find-browser.mjs';
import { countChecks, readPlaywright, readVitest } from './check-counts.mjs';
import { canInstallPackages, installPackages } from './debian.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const reports = path.join(root, 'test-results');

/** After this long a step hangs. */
const STEP_TIMEOUT_MS = 20 * 60_000;

/** A step is a program of node_modules/.bin, and stands for one check, or for those in its report. */
const builds = [
  { name: 'build: command-line tool', command: ['node', 'scripts/build-cli.mjs'] },
  { name: 'build: site', command: ['vite', 'build', '--logLevel', 'warn'] },
];

/** Programs that only read, each on one core: two run at a time, the longest first. */
const readings = [
  { name: 'eslint', command: ['eslint', '.'] },
  { name: 'tsc', command: ['tsc', '-p', 'tsconfig.node.json'] },
  { name: 'prettier', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  {
    name: 'svelte-check',
    command: ['svelte-check', '--tsconfig', 'tsconfig.json', '--threshold', 'error', '--fail-on-warnings'],
  },
  { name: 'knip', command: ['knip'] },
];

const unitTests = vitestStep('unit and command-line tests, UTC', 'vitest-utc.json', 'UTC', []);

/**
 * Tests that mostly wait for a browser or a server, two steps at a time, the longest first; those of vitest take one core.
 */
const waitingTests = [
  { name: 'browser tests', command: ['playwright', 'test'], report: 'browser.json', read: readPlaywright },
  {
    name: 'S3 tests, on a real server where one can be had',
    command: [
      ...['vitest', 'run', '--config', 'vitest.s3.config.ts', '--reporter=default', '--reporter=json'],
      `--outputFile.json=${path.join('test-results', 'vitest-s3.json')}`,
    ],
    report: 'vitest-s3.json',
    read: readVitest,
  },
  // Half an hour off the full hour, which no test passes by luck. Only the page knows local time, and its longest tests are
  // about bytes, files and failures, which do not.
  vitestStep('unit tests, UTC+05:30', 'vitest-kolkata.json', 'Asia/Kolkata', [
    'src/',
    '--maxWorkers=1',
    ...[
      'ingest-tool/**',
      'src/**/*.property.test.ts',
      'src/workers/{aggregate-*,estimate,huge-lake,known-footers,large-*,page-indexes,parquet-writers,read-parquet}.test.ts',
      'src/workers/{session-faults,session-recovery,several-lakes}.test.ts',
    ].flatMap((files) => ['--exclude', files]),
  ]),
];

/**
 * Runs every step, whatever happened to those before, and prints `N passed, M failed` as its last line.
 * @returns the exit code: 0 where nothing failed
 */
export async function runChecks() {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const results = [prepareMachine()];
  for (const step of builds) results.push(await runStep(step));
  results.push(...(await runTwoAtATime(readings)));
  results.push(await runStep(unitTests));
  results.push(...(await runTwoAtATime(waitingTests)));
  console.log('');
  for (const { name, passed, failed, skipped, seconds } of results) {
    const note = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(
      `${failed > 0 ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed${note} (${seconds.toFixed(1)} s)`,
    );
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') > 0 ? 1 : 0;
}

/** Finds the browser and, where that is possible, installs mosquitto; tests that need mosquitto skip without it. */
function prepareMachine() {
  const start = performance.now();
  let failed = 0;
  try {
    console.log(`Browser: ${findOrInstallBrowser()}`);
  } catch (error) {
    console.error(error.message);
    failed = 1;
  }
  const missing = spawnSync('mosquitto', ['-h'], { stdio: 'ignore' }).error !== undefined;
  if (missing && canInstallPackages()) installPackages('mosquitto', 'mosquitto-clients');
  return { name: 'browser found', passed: 1 - failed, failed, skipped: 0, seconds: (performance.now() - start) / 1000 };
}

/** What a step prints is held back until it ends, so that the words of two do not mix. */
async function runTwoAtATime(waiting) {
  const queue = [...waiting];
  const results = [];
  async function takeNext() {
    for (let step = queue.shift(); step; step = queue.shift()) results.push(await runStep(step, { holdBack: true }));
  }
  await Promise.all([takeNext(), takeNext()]);
  return results;
}

async function runStep(step, { holdBack = false } = {}) {
  if (!holdBack) console.log(`\n── ${step.name}`);
  const start = performance.now();
  const { ok, output } = await run(step, holdBack);
  const counts = countChecks(ok, step.report === undefined ? undefined : path.join(reports, step.report), step.read);
  const seconds = (performance.now() - start) / 1000;
  if (holdBack) console.log(`\n── ${step.name}\n${output.trimEnd()}`);
  console.log(`── ${step.name}: ${seconds.toFixed(1)} s`);
  return { name: step.name, ...counts, seconds };
}

function run({ command: [program, ...args], env }, holdBack) {
  const binaries = path.join(root, 'node_modules/.bin');
  const child = spawn(program, args, {
    cwd: root,
    stdio: holdBack ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    // On Windows, programs of packages are command files, which only a shell can start.
    shell: process.platform === 'win32',
    timeout: STEP_TIMEOUT_MS,
    env: {
      ...process.env,
      TIDELAKE_IS_BUILT: '1',
      PATH: `${binaries}${path.delimiter}${process.env.PATH ?? ''}`,
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve({ ok: false, output });
    });
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

function vitestStep(name, report, timeZone, filter) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path.join('test-results', report)}`];
  return { name, command: ['vitest', 'run', ...reporters, ...filter], env: { TZ: timeZone }, report, read: readVitest };
}

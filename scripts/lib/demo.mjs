import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoLakeCommands } from './demo-lake.mjs';
import { hashInputs, isUpToDate, writeStamp } from './input-stamp.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tidelake = path.join(root, 'ingest-tool/bin/tidelake.js');
const BYTES_NEEDED = 200e6;
const FAILED = 1;

/** What the demo is made of, in order, each by commands of Node. It is made again only where one of its inputs has changed. */
const parts = [
  {
    name: 'command-line tool',
    output: 'ingest-tool/dist',
    inputs: [
      'ingest-tool/src',
      'ingest-tool/package.json',
      'lake-format/src',
      'scripts/build-cli.mjs',
      'security-headers.json',
    ],
    commands: [['scripts/build-cli.mjs']],
  },
  {
    name: 'demo lake',
    output: 'demo-lake',
    inputs: ['samples', 'scripts/lib/demo-lake.mjs', 'ingest-tool/dist/main.js', 'package-lock.json'],
    fresh: true,
    commands: Object.values(demoLakeCommands('demo-lake')).map((command) => [tidelake, ...command]),
  },
  {
    name: 'site',
    output: 'dist',
    inputs: [
      'index.html',
      'src',
      'public',
      'lake-format/src',
      'package-lock.json',
      'scripts/check-bundle.ts',
      'scripts/content-security-policy.ts',
      'scripts/slim-engine.ts',
      'scripts/lib/wasm-exports.ts',
      'security-headers.json',
      'vite.config.ts',
      'tsconfig.base.json',
      'tsconfig.json',
    ],
    commands: [['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']],
  },
];

/**
 * Makes the demo's lake and the site where they are not up to date, and serves both until Ctrl-C.
 * @param args options of `tidelake serve`, passed on; `--no-open` keeps the browser shut
 * @returns the exit code
 */
export async function startDemo(args) {
  if (!existsSync(path.join(root, 'node_modules/vite'))) {
    return fail('The packages are not installed yet. Run: npm ci');
  }
  for (const part of parts) {
    const problem = makePart(part);
    if (problem !== undefined) return fail(problem);
  }
  const open = !args.includes('--no-open') && hasDesktop() ? ['--open'] : [];
  return serve(['demo-lake', ...args.filter((arg) => arg !== '--no-open'), ...open]);
}

/** Makes a part unless it is up to date. Returns what went wrong. */
function makePart({ name, output, inputs, fresh, commands }) {
  const folder = path.join(root, output);
  const hash = hashInputs(root, inputs);
  if (isUpToDate(folder, hash)) {
    console.log(`  ${name}: up to date`);
    return undefined;
  }
  const obstacle = prepareFolder(folder, fresh === true);
  if (obstacle !== undefined) return obstacle;
  console.log(`  ${name}: building …`);
  const start = performance.now();
  const isMade = commands.every(
    (command) => spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status === 0,
  );
  if (!isMade) return `The ${name} could not be built; the reason stands above.`;
  writeStamp(folder, hash);
  console.log(`  ${name}: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return undefined;
}

/** Makes sure that a folder is there and can be filled. Returns what is in the way. */
function prepareFolder(folder, fresh) {
  try {
    if (fresh) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= BYTES_NEEDED) return undefined;
    return `Only ${Math.floor((bavail * bsize) / 1e6)} MB are free on the disk of ${folder}; ${BYTES_NEEDED / 1e6} MB are needed.`;
  } catch (error) {
    if (error.code === 'ENOSPC') return `The disk of ${folder} is full; ${BYTES_NEEDED / 1e6} MB are needed.`;
    return `${folder} cannot be written (${error.code ?? error.message}). Give this user the right to write there.`;
  }
}

function serve(args) {
  const child = spawn(process.execPath, [tidelake, 'serve', ...args], { cwd: root, stdio: 'inherit' });
  // A terminal sends Ctrl-C to both of us; the server stops in its own time, and its exit code is ours.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code ?? FAILED));
  });
}

function hasDesktop() {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!process.stdout.isTTY || CI) return false;
  return ['darwin', 'win32'].includes(process.platform) || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

function fail(message) {
  process.stderr.write(`npm start: ${message}\n`);
  return FAILED;
}

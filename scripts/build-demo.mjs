/**
 * `npm run build:demo`: makes the demo lake inside the built site, at `lake/`, where the page looks for an example. So a host of
 * static files has one, too.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoLakeCommands } from './lib/demo-lake.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const lake = 'dist/lake';

rmSync(path.join(root, lake), { recursive: true, force: true });
const isMade = Object.values(demoLakeCommands(lake)).every(
  (command) =>
    spawnSync(process.execPath, ['ingest-tool/bin/tidelake.js', ...command], { cwd: root, stdio: 'inherit' }).status ===
    0,
);
process.exitCode = isMade ? 0 : 1;

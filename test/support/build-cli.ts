import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Vitest's global set-up: the tests of the command line spawn the tool as it is built, once for all of them. `npm test` has
 * built it before, and steps that run beside each other must not find it half written.
 */
export function setup(): void {
  if (process.env['TIDELAKE_IS_BUILT'] === '1') return;
  execFileSync(process.execPath, ['scripts/build-cli.mjs'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
  });
}

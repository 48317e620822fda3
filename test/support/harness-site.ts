import path from 'node:path';
import { build } from 'vite';
import { contentSecurityPolicy } from '../../scripts/content-security-policy';
import { projectRoot } from './server';

let built: Promise<string> | undefined;

/** Builds the page of test/browser/harness the way the site is built, once a process. Resolves to its folder. */
export function buildHarness(): Promise<string> {
  return (built ??= buildPage());
}

async function buildPage(): Promise<string> {
  const outDir = path.join(projectRoot, 'test-results', 'harness');
  await build({
    configFile: false,
    root: path.join(projectRoot, 'test/browser/harness'),
    base: './',
    logLevel: 'warn',
    publicDir: false,
    plugins: [contentSecurityPolicy()],
    worker: { format: 'es' },
    build: { target: 'es2022', outDir, emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
  });
  return outDir;
}

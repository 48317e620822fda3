/** Bundles the command-line tool into ingest-tool/dist. Packages stay outside: only our own TypeScript is compiled. */
import { build } from 'esbuild';

await build({
  entryPoints: [
    'ingest-tool/src/main.ts',
    'ingest-tool/src/compact/compact-worker.ts',
    'ingest-tool/src/ingest/day-worker.ts',
  ],
  outdir: 'ingest-tool/dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [
    {
      // The contract is TypeScript source, so it is bundled; everything else with a bare name stays a package.
      name: 'packages-outside',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || path.startsWith('@tidelake/') ? undefined : { path, external: true },
        );
      },
    },
  ],
});

/** Bundles the command-line tool into ingest-tool/dist. Packages stay outside: only our own TypeScript is compiled. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const OUT = 'ingest-tool/dist';

const { metafile } = await build({
  entryPoints: [
    'ingest-tool/src/main.ts',
    'ingest-tool/src/compact/compact-worker.ts',
    'ingest-tool/src/ingest/day-worker.ts',
  ],
  outdir: OUT,
  bundle: true,
  splitting: true,
  metafile: true,
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

// Chunks are named by their content, so those of earlier builds would stay for ever.
const made = new Set(Object.keys(metafile.outputs).map((file) => path.normalize(file)));
for (const entry of await readdir(OUT, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  if (entry.isFile() && !made.has(file)) await rm(file, { force: true });
}

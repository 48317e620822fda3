/**
 * Bundles the command-line tool into ingest-tool/dist, packages included: to find and read their hundreds of modules took
 * longer than most of what the tool is asked for.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const OUT = 'ingest-tool/dist';

/** Reads its WebAssembly from beside its own code. */
const OUTSIDE = /^parquet-wasm(\/|$)/;

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
  // Of a package in both forms the newer one: what the older exports has no names once it is bundled.
  mainFields: ['module', 'main'],
  sourcemap: true,
  logLevel: 'warning',
  // Packages of the older kind ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  plugins: [
    {
      name: 'packages-outside',
      setup({ onResolve }) {
        onResolve({ filter: OUTSIDE }, ({ path }) => ({ path, external: true }));
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

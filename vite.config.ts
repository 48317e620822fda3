import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { firstLoadBudget } from './scripts/check-bundle.ts';
import { contentSecurityPolicy } from './scripts/content-security-policy.ts';
import { slimEngine } from './scripts/slim-engine.ts';

/** Which plugin takes how long is nothing that whoever builds the site can change. */
const QUIET = { checks: { bundlerTimings: false } };

// Every path is relative, so that the built site works from any folder of any static host.
export default defineConfig({
  base: './',
  plugins: [svelte(), contentSecurityPolicy(), firstLoadBudget()],
  worker: { format: 'es', plugins: () => [slimEngine()], rolldownOptions: QUIET },
  // Served as they are: the WASM packages find their own files by import.meta.url.
  optimizeDeps: { exclude: ['@duckdb/duckdb-wasm', 'parquet-wasm'] },
  build: {
    ...{ target: 'es2022', sourcemap: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
    rolldownOptions: QUIET,
  },
});

import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { keepExports } from './lib/wasm-exports.ts';

/** DuckDB-WASM's engine, as it is imported. */
const ENGINE = /^(.*\/)duckdb-eh\.wasm\?url$/;

/**
 * Leaves of what DuckDB's module exports only what its worker script names: 75,000 functions are exported for extensions that
 * would be loaded from elsewhere, which this site never does. Their names are a fifth of the file, and to make an object of each
 * takes half of the time in which the engine starts.
 */
export function slimEngine(): Plugin {
  return {
    name: 'slim-engine',
    apply: 'build',
    enforce: 'pre',
    async load(id) {
      const folder = ENGINE.exec(id)?.[1];
      if (folder === undefined) return undefined;
      const script = await readFile(`${folder}duckdb-browser-eh.worker.js`, 'utf8');
      const words = new Set(script.match(/[\w$]+/g));
      const module = await readFile(`${folder}duckdb-eh.wasm`);
      // Emscripten puts an underscore before the names of C.
      const source = keepExports(module, (name) => words.has(name) || words.has(`_${name}`));
      const reference = this.emitFile({ type: 'asset', name: 'duckdb-eh.wasm', source });
      return `export default import.meta.ROLLUP_FILE_URL_${reference}`;
    },
  };
}

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { contentTypeOf } from '../../ingest-tool/src/serve/content-type';

/** A server of the baselines' page on an origin of its own. */
export interface PageServer {
  url: string;
  close(): void;
}

/** Bundles the baselines' page and serves it with both builds of DuckDB-WASM from node_modules. */
export async function startPageServer(): Promise<PageServer> {
  const script = await bundlePage();
  const folders: Record<string, string> = {
    'duckdb-1.28': packageFolder('duckdb-wasm-1.28'),
    'duckdb-1.32': packageFolder('@duckdb/duckdb-wasm'),
  };
  const server = createServer((request, response) => {
    const [folder = '', name = ''] = (request.url ?? '/').slice(1).split('/');
    const send = (type: string, body: string | Buffer): void => {
      response.writeHead(200, { 'content-type': type }).end(body);
    };
    const from = folders[folder];
    if (from !== undefined) {
      void readFile(path.join(from, path.basename(name))).then(
        (file) => send(contentTypeOf(name), file),
        () => response.writeHead(404).end(),
      );
    } else if (folder === 'page.js') send('text/javascript', script);
    else send('text/html', '<!doctype html><title>baselines</title><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('baseline.page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild gave no file');
  return script.text;
}

/** The folder of a package's main file, where DuckDB-WASM keeps its workers and modules. */
function packageFolder(name: string): string {
  return path.dirname(createRequire(import.meta.url).resolve(name));
}

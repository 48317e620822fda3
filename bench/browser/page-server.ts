import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { contentTypeOf } from '../../ingest-tool/src/serve/content-type';

/** A server of a baseline's page on an origin of its own. */
export interface PageServer {
  url: string;
  close(): void;
}

/** What a baseline's page is made of. */
export interface BaselinePage {
  /** Its script, which is bundled. */
  entry: URL;
  /** Folders of packages, by the names that they are served under. */
  folders: Record<string, string>;
}

/** Bundles a baseline's page and serves it with files from node_modules. */
export async function startPageServer({ entry, folders }: BaselinePage): Promise<PageServer> {
  const script = await bundlePage(entry);
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
    else send('text/html', '<!doctype html><title>baseline</title><script type="module" src="/page.js"></script>');
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

async function bundlePage(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
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
export function packageFolder(name: string): string {
  return path.dirname(createRequire(import.meta.url).resolve(name));
}

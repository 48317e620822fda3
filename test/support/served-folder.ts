import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startTestServer, type TestServer } from './server';

/** An empty folder of a test, the server that serves it as a lake, and how to be rid of both. */
export interface ServedFolder {
  root: string;
  server: TestServer;
  remove(): Promise<void>;
}

/** Makes a folder below the system's for temporary files, and serves it. */
export async function serveEmptyFolder(): Promise<ServedFolder> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'tidelake-test-'));
  const server = await startTestServer({ lake: root });
  return {
    root,
    server,
    async remove() {
      await server.close();
      await rm(root, { recursive: true });
    },
  };
}

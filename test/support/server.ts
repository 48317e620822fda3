import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  startServer,
  type RequestRecord,
  type RunningServer,
  type ServerOptions,
} from '../../ingest-tool/src/serve/server';
import { isSite } from '../../ingest-tool/src/serve/site-folder';

/** The project's own folder. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The site as `npm run build:site` leaves it. */
export const builtSite = path.join(projectRoot, 'dist');

/** A server for one test, with its requests counted. */
export interface TestServer extends RunningServer {
  /** The requests for the lake since the start or the last `forget`. */
  lakeRequests(): RequestRecord[];
  /** Forgets every request so far. */
  forget(): void;
}

/**
 * Serves a lake, and the built site unless `site` names another one, on a free port.
 * Whoever starts it closes it: `afterEach(() => server.close())`.
 */
export async function startTestServer(options: ServerOptions): Promise<TestServer> {
  const server = await startServer({ ...(isSite(builtSite) ? { site: builtSite } : {}), ...options });
  return {
    ...server,
    lakeRequests: () => server.requests.filter(({ path: requested }) => requested.startsWith('/lake')),
    forget: () => {
      server.requests.length = 0;
    },
  };
}

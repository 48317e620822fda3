import { errorCode } from './error-code';
import { startServer, type RunningServer, type ServerOptions } from './server';

/** Where the search for a free port begins. */
export const FIRST_PORT = 8080;
const PORTS_TRIED = 50;

/** A port that cannot be had; the message says who holds it and what to do. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/**
 * Starts a server on the port asked for, or, where none was, on the first free one from {@link FIRST_PORT}.
 * @throws PortError
 */
export async function startOnPort(options: ServerOptions): Promise<RunningServer> {
  const asked = options.port;
  const last = asked ?? FIRST_PORT + PORTS_TRIED - 1;
  for (let port = asked ?? FIRST_PORT; port <= last; port++) {
    try {
      return await startServer({ ...options, port });
    } catch (error) {
      await explain(error, options.host ?? '127.0.0.1', port, asked !== undefined);
    }
  }
  throw new PortError(`The ports ${FIRST_PORT} to ${last} are all taken. Choose another one with --port.`);
}

/** Returns where the next port is worth a try. */
async function explain(error: unknown, host: string, port: number, asked: boolean): Promise<void> {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') {
    if (!asked) return;
    throw new PortError(
      `Port ${port} is taken by ${await portHolder(host, port)}. Stop it, or choose another one with --port.`,
    );
  }
  if (code === 'EACCES') {
    if (!asked) return;
    throw new PortError(`Port ${port} may not be opened by this user. Choose one above 1023 with --port.`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    throw new PortError(`${host} is not an address of this machine. Leave --host away, or give 0.0.0.0 for all.`);
  }
  throw error;
}

async function portHolder(host: string, port: number): Promise<string> {
  try {
    const answer = await fetch(`http://${host}:${port}/`, { method: 'HEAD', signal: AbortSignal.timeout(1000) });
    const server = answer.headers.get('server');
    if (server === 'tidelake') return 'another tidelake serve';
    return server === null ? 'another web server' : `another web server (${server})`;
  } catch {
    return 'another program';
  }
}

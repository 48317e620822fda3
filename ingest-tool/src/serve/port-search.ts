import { request } from 'node:http';
import { EXIT, systemErrorCode, ToolError } from '../tool-error';
import { startServer, type RunningServer, type ServerOptions } from './server';

/** Where the search for a free port begins. */
export const FIRST_PORT = 8080;
const PORTS_TRIED = 50;
const PATIENCE_MS = 1000;

/**
 * Starts a server on the port asked for, or, where none was, on the first free one from {@link FIRST_PORT}.
 * @throws ToolError that says who holds the port, and what to do
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
  throw refusal(`The ports ${FIRST_PORT} to ${last} are all taken.`, 'Choose another one with --port.');
}

/** Returns where the next port is worth a try. */
async function explain(error: unknown, host: string, port: number, asked: boolean): Promise<void> {
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE') {
    if (!asked) return;
    throw refusal(
      `Port ${port} is taken by ${await portHolder(host, port)}.`,
      'Stop it, or choose another one with --port.',
    );
  }
  if (code === 'EACCES') {
    if (!asked) return;
    throw refusal(`Port ${port} may not be opened by this user.`, 'Choose one above 1023 with --port.');
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    throw refusal(`${host} is not an address of this machine.`, 'Leave --host away, or give 0.0.0.0 for all.');
  }
  throw error;
}

function refusal(message: string, advice: string): ToolError {
  return new ToolError(EXIT.unexpected, message, advice);
}

/** Asks whoever listens for its name. Not with fetch: where the holder hangs up at once, it waits with nothing to wait for. */
function portHolder(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const question = request({ host, port, method: 'HEAD', timeout: PATIENCE_MS, agent: false }, ({ headers }) => {
      const { server } = headers;
      if (server === 'tidelake') resolve('another tidelake serve');
      else resolve(server === undefined ? 'another web server' : `another web server (${server})`);
      question.destroy();
    });
    question.on('timeout', () => question.destroy());
    question.on('error', () => resolve('another program'));
    question.on('close', () => resolve('another program'));
    question.end();
  });
}

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { findLakeProblem } from '../serve/lake-check';
import { openBrowser } from '../serve/open-browser';
import { FIRST_PORT, startOnPort } from '../serve/port-search';
import { openRequestLog } from '../serve/request-log';
import type { RunningServer } from '../serve/server';
import { findBuiltSite, isSite } from '../serve/site-folder';
import { EXIT, ToolError } from '../tool-error';

interface ServeOptions {
  port?: number;
  host: string;
  latency: number;
  log?: string;
  site?: string;
  cors: boolean;
  deny: boolean;
  open: boolean;
}

/** How long answers under way may take after Ctrl-C. */
const GRACE_MS = 2000;

/** `tidelake serve <lake>`: the built site and a lake on this machine, until Ctrl-C. */
export function serveCommand(): Command {
  return new Command('serve')
    .summary('serve the site and a lake on this machine')
    .description('Serves the built site at / and a lake as an S3-compatible bucket at /lake/, until Ctrl-C.')
    .argument('<lake>', 'folder of the lake')
    .option('--port <n>', `port to listen on (default: the first free one from ${FIRST_PORT})`, parsePort)
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in', '127.0.0.1')
    .option('--latency <ms>', 'wait so long before every answer of the lake', parseMilliseconds, 0)
    .option('--log <file>', 'append one JSON line a request to this file')
    .option('--site <folder>', 'folder of the built site (default: dist/ of this project)')
    .option('--no-cors', 'leave the CORS headers away, as a bucket does that was not set up for browsers')
    .option('--deny', 'refuse every read of the lake with 403 AccessDenied', false)
    .option('--open', 'open the page in a browser', false)
    .action(serve);
}

async function serve(lake: string, options: ServeOptions): Promise<void> {
  try {
    await serveUntilStopped(await realpath(lake).catch(() => path.resolve(lake)), options);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    say(`tidelake serve: ${error.message}\n${error.advice}`);
    process.exitCode = error.exitCode;
  }
}

async function serveUntilStopped(folder: string, options: ServeOptions): Promise<void> {
  const problem = await findLakeProblem(folder);
  if (problem !== undefined) say(`warning: ${problem}`);
  const site = chooseSite(options.site);
  const log =
    options.log === undefined ? undefined : await openRequestLog(options.log, (failure) => say(`warning: ${failure}`));
  try {
    const server = await startOnPort({
      lake: folder,
      host: options.host,
      latencyMs: options.latency,
      cors: options.cors,
      deny: options.deny,
      keepRequests: false,
      ...(site === undefined ? {} : { site }),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(log === undefined ? {} : { onRequest: log.write }),
    });
    const stopped = stopSignal();
    announce(server, folder, options.open);
    await stopped;
    await server.close(GRACE_MS);
    say('Stopped.');
  } finally {
    await log?.close();
  }
}

function chooseSite(named: string | undefined): string | undefined {
  if (named !== undefined && !isSite(named)) {
    const advice = 'Build it with `npm run build`, or leave --site away.';
    throw new ToolError(EXIT.usage, `${named} holds no index.html, so it is not a built site.`, advice);
  }
  const site = named ?? findBuiltSite();
  if (site === undefined) say('warning: the site is not built, only the lake is served. Build it with: npm run build');
  return site;
}

function announce({ url, lakeUrl }: RunningServer, folder: string, open: boolean): void {
  // Relative to the page, so that the link stays right behind a proxy or under another name.
  const page = `${url}#lake=${new URL(lakeUrl).pathname}`;
  process.stdout.write(
    `\n  Tidelake  ${page}\n  Lake      ${lakeUrl}  (${folder})\n\n  Stop with Ctrl-C; --help names the options.\n\n`,
  );
  if (open) openBrowser(page);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function parseMilliseconds(text: string): number {
  const milliseconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || milliseconds > 600_000) {
    throw new InvalidArgumentError('A latency is a number of milliseconds, up to 600000.');
  }
  return milliseconds;
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

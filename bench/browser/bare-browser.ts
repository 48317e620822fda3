import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import connect from 'chrome-remote-interface';
import { findBrowser } from '../../scripts/find-browser.mjs';

/** A page in which nothing is watched. */
export interface BarePage {
  /**
   * Calls a function in the page and waits for what it promises; argument and result are JSON.
   * @throws Error with the message of what it threw
   */
  evaluate<Argument, Result>(
    work: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  close(): Promise<void>;
}

/** A browser as people have it. Playwright has every request reported to it, which makes a fetch half as dear again. */
export interface BareBrowser {
  /** Opens an address in a profile of its own, with nothing cached. */
  open(url: string): Promise<BarePage>;
  /**
   * Opens an address in a window of a desk's size, in the profile of all that is visited, where it finds what was kept before.
   * @param script what the page is to run before its own scripts
   */
  visit(url: string, script: string): Promise<BarePage>;
  close(): Promise<void>;
}

/** CSS pixels of a window, where a page is to be laid out as on a desk. */
const DESK = { width: 1440, height: 900 };

const STARTING_MS = 30_000;

/** After this long a page hangs: plain DuckDB-WASM needs six minutes for the slowest case. */
const HANGING_MS = 900_000;

/** Starts a headless Chromium that takes self-signed certificates, and draws WebGL in software where there is no graphics card. */
export async function launchBareBrowser(): Promise<BareBrowser> {
  const profile = await mkdtemp(path.join(tmpdir(), 'tidelake-bench-'));
  const child = spawn(
    findBrowser(),
    [
      // Chromium refuses to run as root with its sandbox.
      ...['--headless=new', '--no-sandbox', '--no-first-run', '--disable-quic', '--ignore-certificate-errors'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      '--enable-unsafe-swiftshader',
      ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    ],
    { stdio: 'ignore' },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const client = await connect({ target: await debuggerUrl(profile), local: true });

  async function attach(targetId: string): Promise<string> {
    return (await client.Target.attachToTarget({ targetId, flatten: true })).sessionId;
  }

  async function open(url: string): Promise<BarePage> {
    const { browserContextId } = await client.Target.createBrowserContext({});
    const { targetId } = await client.Target.createTarget({ url, browserContextId });
    const sessionId = await attach(targetId);
    return {
      evaluate: (work, argument) => evaluate(sessionId, work, argument),
      close: () => client.Target.disposeBrowserContext({ browserContextId }),
    };
  }

  async function visit(url: string, script: string): Promise<BarePage> {
    const { targetId } = await client.Target.createTarget({ url: 'about:blank' });
    const sessionId = await attach(targetId);
    const desk = { ...DESK, deviceScaleFactor: 1, mobile: false };
    await client.send('Emulation.setDeviceMetricsOverride', desk, sessionId);
    await client.send('Page.enable', undefined, sessionId);
    await client.send('Page.addScriptToEvaluateOnNewDocument', { source: script }, sessionId);
    await client.send('Page.navigate', { url }, sessionId);
    return {
      evaluate: (work, argument) => evaluate(sessionId, work, argument),
      close: async () => void (await client.Target.closeTarget({ targetId })),
    };
  }

  async function evaluate<Argument, Result>(
    sessionId: string,
    work: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result> {
    const expression = `(${String(work)})(${argument === undefined ? '' : JSON.stringify(argument)})`;
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await Promise.race([
      client.send('Runtime.evaluate', asked, sessionId),
      hanging(expression),
    ]);
    if (exceptionDetails) throw new Error(messageOf(exceptionDetails));
    const value: Result = result.value;
    return value;
  }

  return {
    open,
    visit,
    async close() {
      await client.close();
      child.kill();
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The address that the browser writes into its profile once it listens. */
async function debuggerUrl(profile: string): Promise<string> {
  for (const until = Date.now() + STARTING_MS; Date.now() < until; await delay(50)) {
    const text = await readFile(path.join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const [port, address] = text.trim().split('\n');
    if (port && address) return `ws://127.0.0.1:${port}${address}`;
  }
  throw new Error('The browser did not start.');
}

async function hanging(asked: string): Promise<never> {
  await delay(HANGING_MS, undefined, { ref: false });
  throw new Error(`There was no answer within ${HANGING_MS / 60_000} minutes to ${asked}`);
}

function messageOf({ text, exception }: { text: string; exception?: { description?: string } }): string {
  return exception?.description ?? text;
}

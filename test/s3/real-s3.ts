import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AwsClient } from 'aws4fetch';
import type { S3Credentials } from '../../src/sources/presign';

const run = promisify(execFile);
const VERSION = 'v1.8.0';
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/tidelake', import.meta.url));
const REGION = 'eu-north-1';
const CREDENTIALS: S3Credentials = { accessKeyId: 'TIDELAKETEST', secretAccessKey: 'only/for+tests' };

/** Why there is no S3 server to test against; the message says what would help. */
export class NoS3ServerError extends Error {
  override readonly name = 'NoS3ServerError';
}

/** A Versity S3 Gateway over a temporary folder: an S3 implementation that is not ours. */
export class RealS3 {
  readonly #server: ChildProcess;
  readonly #folder: string;
  readonly #client: AwsClient;

  private constructor(
    /** With a final slash; buckets are read in path style. */
    readonly url: string,
    server: ChildProcess,
    folder: string,
  ) {
    this.#server = server;
    this.#folder = folder;
    this.#client = new AwsClient({ ...CREDENTIALS, service: 's3', region: REGION, retries: 0 });
  }

  /**
   * Starts the server, installing it first where Go is at hand.
   * @throws NoS3ServerError
   */
  static async start(): Promise<RealS3> {
    const program = await findOrInstall();
    const folder = await mkdtemp(path.join(tmpdir(), 'tidelake-s3-'));
    const buckets = path.join(folder, 'buckets');
    await mkdir(buckets);
    const port = await freePort();
    const log = await open(path.join(folder, 'server.log'), 'w');
    const options = ['--port', `127.0.0.1:${port}`, '--region', REGION, '--keep-alive', '--quiet'];
    const logging = ['--access-log', path.join(folder, 'access.log')];
    const server = spawn(program, [...options, ...logging, 'posix', buckets], {
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...process.env,
        ROOT_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      },
    });
    await log.close();
    const s3 = new RealS3(`http://127.0.0.1:${port}/`, server, folder);
    try {
      await s3.#answers();
      return s3;
    } catch (error) {
      const output = await readFile(path.join(folder, 'server.log'), 'utf8');
      await s3.stop();
      throw new NoS3ServerError(`versitygw did not start: ${output.trim()}`, { cause: error });
    }
  }

  get credentials(): S3Credentials {
    return CREDENTIALS;
  }

  get region(): string {
    return REGION;
  }

  /** Makes a bucket that any page may read with the right key; `open` to everybody where asked for. */
  async createBucket(bucket: string, { open: isOpen }: { open: boolean }): Promise<void> {
    await this.#send('PUT', bucket);
    await this.#send('PUT', `${bucket}?cors`, CORS);
    if (isOpen) await this.#send('PUT', `${bucket}?policy`, openPolicy(bucket));
  }

  async removeCors(bucket: string): Promise<void> {
    await this.#send('DELETE', `${bucket}?cors`);
  }

  async put(bucket: string, key: string, body: string | Uint8Array): Promise<void> {
    await this.#send('PUT', `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, body);
  }

  /** Puts many small objects, some at a time. */
  async putAll(bucket: string, keys: readonly string[], bodyOf: (key: string) => string): Promise<void> {
    const left = keys.values();
    const lane = async (): Promise<void> => {
      for (const key of left) await this.put(bucket, key, bodyOf(key));
    };
    await Promise.all(Array.from({ length: 8 }, lane));
  }

  /** Where the server keeps the objects of a bucket as files, to look at them, or damage them, past it. */
  folderOf(bucket: string): string {
    return path.join(this.#folder, 'buckets', bucket);
  }

  /** The server's access log, one line a request. */
  async accessLog(): Promise<string[]> {
    const text = await readFile(path.join(this.#folder, 'access.log'), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  async stop(): Promise<void> {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const ended = new Promise((resolve) => this.#server.once('exit', resolve));
      this.#server.kill();
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #send(method: string, target: string, body?: string | Uint8Array): Promise<void> {
    const bytes = new Uint8Array(Buffer.from(body ?? ''));
    // S3 takes a bucket's settings only with a checksum.
    const headers = { 'content-md5': createHash('md5').update(bytes).digest('base64') };
    const answer = await this.#client.fetch(
      this.url + target,
      body === undefined ? { method } : { method, body: bytes, headers },
    );
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }

  async #answers(): Promise<void> {
    for (let tries = 100; tries > 0 && this.#server.exitCode === null; tries--) {
      const answer = await fetch(this.url).catch(() => undefined);
      if (answer !== undefined) return;
      await delay(100);
    }
    throw new Error('no answer');
  }
}

const CORS = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>
<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><ExposeHeader>Content-Range</ExposeHeader>
</CORSRule></CORSConfiguration>`;

function openPolicy(bucket: string): string {
  const allow = (action: string, resource: string) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: action,
    Resource: resource,
  });
  const arn = `arn:aws:s3:::${bucket}`;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [allow('s3:ListBucket', arn), allow('s3:GetObject', `${arn}/*`)],
  });
}

async function findOrInstall(): Promise<string> {
  const asked = process.env['VERSITYGW'];
  if (asked !== undefined) return asked;
  const installed = path.join(CACHE, `versitygw-${VERSION}`);
  const program = path.join(installed, process.platform === 'win32' ? 'versitygw.exe' : 'versitygw');
  if (existsSync(program)) return program;
  const hint = `Install it (github.com/versity/versitygw ${VERSION}) and give its path in VERSITYGW.`;
  try {
    await run('go', ['version']);
  } catch (error) {
    throw new NoS3ServerError(`There is no versitygw and no Go to build it with. ${hint}`, { cause: error });
  }
  try {
    await mkdir(installed, { recursive: true });
    // A newer toolchain than the installed one would be a download of its own.
    const env = { ...process.env, GOBIN: installed, GOTOOLCHAIN: 'local', GOFLAGS: '' };
    await run('go', ['install', `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], { env, timeout: 900_000 });
  } catch (error) {
    throw new NoS3ServerError(`Go could not build versitygw. ${hint}`, { cause: error });
  }
  return program;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** PEM texts of a key and its certificate. */
export interface Certificate {
  key: string;
  cert: string;
}

const run = promisify(execFile);
const KEY = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'.split(' ');
const NAMES = 'subjectAltName=DNS:localhost,IP:127.0.0.1';

/**
 * Makes a certificate for this machine that nobody trusts: Chromium takes it with `--ignore-certificate-errors`.
 * @throws Error where there is no `openssl` command: browsers speak HTTP/2 only over TLS, and Node makes no certificates
 */
export async function makeSelfSigned(): Promise<Certificate> {
  return await inFolder(async (folder) => {
    const files = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') };
    const self = ['-x509', '-days', '2', '-subj', '/CN=localhost', '-addext', NAMES];
    await run('openssl', [...KEY, ...self, '-keyout', files.key, '-out', files.cert]);
    return { key: await readFile(files.key, 'utf8'), cert: await readFile(files.cert, 'utf8') };
  });
}

/** An authority of nobody's trust, and certificates that it signed. */
export interface Authority {
  /** Its own certificate, PEM. */
  ca: string;
  /** For this machine: `localhost` and 127.0.0.1. */
  server: Certificate;
  client: Certificate;
}

/**
 * Makes an authority, and certificates of a server on this machine and of a client.
 * @throws Error where there is no `openssl` command
 */
export async function makeAuthority(): Promise<Authority> {
  return await inFolder(async (folder) => {
    const at = (name: string): string => path.join(folder, name);
    const self = ['-x509', '-days', '2', '-subj', '/CN=tidelake test authority'];
    await run('openssl', [...KEY, ...self, '-keyout', at('ca.key'), '-out', at('ca.pem')]);
    await writeFile(at('names'), `${NAMES}\n`);
    const signed = async (name: string): Promise<Certificate> => {
      const [key, request, cert] = [at(`${name}.key`), at(`${name}.csr`), at(`${name}.pem`)];
      await run('openssl', [...KEY, '-subj', `/CN=${name}`, '-keyout', key, '-out', request]);
      const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')];
      await run('openssl', ['x509', '-req', '-days', '2', '-in', request, ...by, '-out', cert]);
      return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
    };
    return {
      ca: await readFile(at('ca.pem'), 'utf8'),
      server: await signed('localhost'),
      client: await signed('worker'),
    };
  });
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidelake-cert-'));
  try {
    return await work(folder);
  } catch (error) {
    throw new Error('openssl could not make a certificate; install the openssl command', { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** PEM texts of a key and its certificate. */
export interface Certificate {
  key: string;
  cert: string;
}

/**
 * Makes a certificate for this machine that nobody trusts: Chromium takes it with `--ignore-certificate-errors`.
 * @throws Error where there is no `openssl` command: browsers speak HTTP/2 only over TLS, and Node makes no certificates
 */
export async function makeSelfSigned(): Promise<Certificate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidelake-cert-'));
  const files = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') };
  const options = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost'.split(' ');
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  try {
    await promisify(execFile)('openssl', [...options, ...names, '-keyout', files.key, '-out', files.cert]);
    return { key: await readFile(files.key, 'utf8'), cert: await readFile(files.cert, 'utf8') };
  } catch (error) {
    throw new Error('openssl could not make a certificate; install the openssl command', { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

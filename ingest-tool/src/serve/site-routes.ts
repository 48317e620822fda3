import type { OutgoingHttpHeaders } from 'node:http';
import securityHeaders from '../../../security-headers.json' with { type: 'json' };
import { contentTypeOf } from './content-type';
import type { Exchange } from './exchange';
import { decideFileReply } from './file-reply';
import { openServed, type ServedFile } from './served-file';

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8' };

/** Vite names a file after its content: `assets/name-D0cq2xZe.js`. */
const HASHED = /(^|\/)assets\/[^/]+-[A-Za-z0-9_-]{8}\.[^/]+$/;

/** Compressed siblings by content coding, the better one first. */
const CODINGS = [
  { coding: 'br', suffix: '.br' },
  { coding: 'gzip', suffix: '.gz' },
];

/** A file of the site in the coding it is sent in. */
interface SiteFile {
  name: string;
  file: ServedFile;
  headers: OutgoingHttpHeaders;
}

/**
 * Answers a request for a file of the built site.
 * @param root the real path of the site's folder; undefined where it is not built
 */
export async function answerSite(exchange: Exchange, root: string | undefined): Promise<void> {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    exchange.sendText(405, { ...TEXT, ...securityHeaders, Allow: 'GET, HEAD' }, 'Only GET and HEAD are allowed.\n');
    return;
  }
  const found = root === undefined ? undefined : await findSiteFile(exchange, root);
  if (found === undefined) {
    const reason = root === undefined ? 'The site is not built yet. Run: npm run build:site' : 'Not found.';
    exchange.sendText(404, { ...TEXT, ...securityHeaders }, `${reason}\n`);
    return;
  }
  await sendSiteFile(exchange, found);
}

async function sendSiteFile(exchange: Exchange, { name, file, headers: coded }: SiteFile): Promise<void> {
  const reply = decideFileReply(exchange.request.headers, file);
  const headers = {
    ...securityHeaders,
    ...coded,
    ETag: file.etag,
    'Last-Modified': file.modified.toUTCString(),
    'Accept-Ranges': 'bytes',
    'Cache-Control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (reply.status === 200 || reply.status === 206) {
    await exchange.sendFile(file, reply, { ...headers, 'Content-Type': contentTypeOf(name) });
    return;
  }
  await file.handle.close();
  const range = reply.status === 416 ? { 'Content-Range': `bytes */${file.size}` } : {};
  exchange.sendText(reply.status, { ...headers, ...range });
}

async function findSiteFile({ path, request }: Exchange, root: string): Promise<SiteFile | undefined> {
  const name = siteName(path);
  if (name === undefined) return undefined;
  const plain = await openServed(root, name);
  if (plain === undefined) return undefined;
  // A range is a range of the plain bytes to every reader we know, so it is never cut from a compressed file.
  const accepted = request.headers.range === undefined ? request.headers['accept-encoding'] : undefined;
  for (const { coding, suffix } of CODINGS) {
    const file = accepts(accepted, coding) ? await openServed(root, `${name}${suffix}`) : undefined;
    if (file === undefined) continue;
    await plain.handle.close();
    return { name, file, headers: { 'Content-Encoding': coding, Vary: 'Accept-Encoding' } };
  }
  return { name, file: plain, headers: { Vary: 'Accept-Encoding' } };
}

function siteName(path: string): string | undefined {
  try {
    const name = decodeURIComponent(path.slice(1));
    return name === '' || name.endsWith('/') ? `${name}index.html` : name;
  } catch {
    return undefined;
  }
}

function accepts(header: string | undefined, coding: string): boolean {
  return (header ?? '').split(',').some((item) => {
    const [name, ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

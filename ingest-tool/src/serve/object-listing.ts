import { KeyCursor, readFolder, type FolderReader, type KeyWindow } from './key-cursor';
import { describeServed, type FileFacts } from './served-file';

/** S3 never gives more in one page, whatever is asked. */
export const MAX_KEYS = 1000;

/** A ListObjectsV2 request, its parameters checked. */
export interface ListingRequest {
  prefix: string;
  /** '' for none. */
  delimiter: string;
  startAfter: string;
  continuationToken?: string;
  /** 0 … {@link MAX_KEYS}. */
  maxKeys: number;
}

export interface ListedFile extends FileFacts {
  key: string;
}

/** One page of a listing: files and folded prefixes, both in UTF-8 order. */
export interface ListingPage {
  files: ListedFile[];
  commonPrefixes: string[];
  /** Present where there is more. */
  nextToken?: string;
}

/** Where a page ended: at a key, or at a common prefix, whose keys are then all done. */
interface PageEnd {
  kind: 'key' | 'prefix';
  text: string;
}

/** A continuation token that this server did not give out. */
export class ContinuationTokenError extends Error {
  override readonly name = 'ContinuationTokenError';
}

/**
 * Lists a folder as S3 lists a bucket. A common prefix counts as one key, also for paging, and its subtree is passed over
 * once one key in it has been seen: as in S3, a folder without files does not exist.
 * @param root the real path of the folder
 * @throws ContinuationTokenError
 */
export async function listObjects(
  root: string,
  request: ListingRequest,
  reader: FolderReader = readFolder,
): Promise<ListingPage> {
  const { prefix, delimiter, maxKeys } = request;
  const cursor = openCursor(root, request, reader);
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let end: PageEnd | undefined;
  while (keys.length + commonPrefixes.length < maxKeys) {
    const key = await cursor.next();
    if (key === undefined) {
      end = undefined;
      break;
    }
    const fold = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (fold === -1) {
      keys.push(key);
      end = { kind: 'key', text: key };
    } else {
      const commonPrefix = key.slice(0, fold + delimiter.length);
      commonPrefixes.push(commonPrefix);
      cursor.skipPrefix(commonPrefix);
      end = { kind: 'prefix', text: commonPrefix };
    }
  }
  const more = end !== undefined && (await cursor.next()) !== undefined;
  const files = await describeAll(root, keys);
  return { files, commonPrefixes, ...(end && more ? { nextToken: formatToken(end) } : {}) };
}

function openCursor(root: string, request: ListingRequest, reader: FolderReader): KeyCursor {
  const from = request.continuationToken === undefined ? undefined : parseToken(request.continuationToken);
  const window: KeyWindow = { prefix: request.prefix, after: from?.text ?? request.startAfter };
  const cursor = new KeyCursor(root, window, reader);
  if (from?.kind === 'prefix') cursor.skipPrefix(from.text);
  return cursor;
}

async function describeAll(root: string, keys: string[]): Promise<ListedFile[]> {
  const facts = await Promise.all(keys.map((key) => describeServed(root, key)));
  // A file that went between the walk and here is left out, as if it had gone a moment earlier.
  return keys.flatMap((key, index) => {
    const found = facts[index];
    return found === undefined ? [] : [{ key, ...found }];
  });
}

function formatToken({ kind, text }: PageEnd): string {
  return Buffer.from(`${kind}:${text}`).toString('base64url');
}

function parseToken(token: string): PageEnd {
  const text = Buffer.from(token, 'base64url').toString();
  const end = /^(key|prefix):(.+)$/su.exec(text);
  const kind = end?.[1];
  const last = end?.[2];
  if ((kind !== 'key' && kind !== 'prefix') || last === undefined || formatToken({ kind, text: last }) !== token) {
    throw new ContinuationTokenError('The continuation token provided is incorrect');
  }
  return { kind, text: last };
}

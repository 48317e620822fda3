import { LakeError } from '../lake/lake-error';
import { cancelledError, throwIfCancelled } from './cancellation';
import { runInLanes } from './fetch-pool';
import { pageOfKeys } from './key-page';
import { localAddress } from './lake-source';
import type { LocalFiles } from './local-files';
import type { ListedObject, ObjectStore } from './object-store';

/** As many as S3 gives. */
const PAGE_SIZE = 1000;
const LANES = 32;

/** Reads a lake from files of this machine. Its listings are those that S3 would give. */
export function createLocalStore(name: string, files: LocalFiles): ObjectStore {
  const url = localAddress(name);

  async function open(key: string): Promise<File> {
    const file = await files.open(key).catch((error: unknown) => {
      throw unreadable(key, error);
    });
    if (file) return file;
    throw new LakeError({
      code: 'not-found',
      message: `There is no ${key} in the folder “${name}”.`,
      advice: 'Choose the folder again in case it has changed.',
      remedy: 'folder',
    });
  }

  return {
    url,
    async list(request, signal) {
      throwIfCancelled(signal);
      // A folder that a listing starts within is folded only where something follows in it.
      const deep = request.delimiter === undefined || request.startAfter !== undefined;
      const all = await files.keys(request.prefix, deep).catch((error: unknown) => {
        throw unreadable(`The folder “${name}”`, error);
      });
      const { keys, ...page } = pageOfKeys(all, request, PAGE_SIZE);
      const objects = await runInLanes(keys, LANES, signal, async (key): Promise<ListedObject> => {
        const file = await open(key);
        return { key, size: file.size, etag: versionOf(file) };
      });
      return { value: { objects, ...page }, requests: 1, bytes: 0, retries: 0 };
    },
    async get(key, signal, range) {
      throwIfCancelled(signal);
      const file = await open(key);
      const part = range ? file.slice(range.start, range.end) : file;
      const wanted = part.size;
      const buffer = await part.arrayBuffer().catch((error: unknown) => {
        throw signal.aborted ? cancelledError() : unreadable(key, error);
      });
      throwIfCancelled(signal);
      if (buffer.byteLength < wanted) throw unreadable(key, undefined);
      return { value: new Uint8Array(buffer), requests: 1, bytes: wanted, retries: 0, version: versionOf(file) };
    },
  };
}

function versionOf({ size, lastModified }: File): string {
  return `${lastModified}-${size}`;
}

/** A file that was replaced since it was chosen, or a folder whose permission is over. */
function unreadable(what: string, cause: unknown): LakeError {
  const denied = cause instanceof Error && /^(NotAllowed|Security)Error$/.test(cause.name);
  return new LakeError(
    {
      code: denied ? 'access-denied' : 'truncated',
      message: denied
        ? `The browser no longer lets this page read ${what}.`
        : `${what} cannot be read any more: it was changed or moved since it was chosen.`,
      advice: 'Choose the folder again.',
      remedy: 'folder',
    },
    { cause },
  );
}

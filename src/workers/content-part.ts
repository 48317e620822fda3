import { LakeError } from '../lake/lake-error';
import type { ByteCache } from '../sources/byte-cache';
import type { ObjectStore } from '../sources/object-store';
import { damagedFile } from './damaged-file';
import type { Decoder } from './decoder-protocol';

/** What parts are read with. */
export interface PartSurroundings {
  cache: ByteCache;
  decoder: Decoder;
}

/** A part of a lake's manifest or rollups, whose name changes with its content. */
export interface ContentPart {
  path: string;
  bytes: number;
}

/** Parts never change under their names, so one version of each is all there is. */
const ONLY_VERSION = 'content';

/**
 * Columns of a part as an Arrow IPC stream, fetched whole unless it is here.
 * @throws LakeError `truncated` where it is not as long as the index says
 */
export async function readContentPart(
  store: ObjectStore,
  { cache, decoder }: PartSurroundings,
  part: ContentPart,
  columns: string[],
  signal: AbortSignal,
): Promise<{ rows: number; ipc: Uint8Array }> {
  const bytes = (await cache.get(part.path, ONLY_VERSION)) ?? (await fetchPart(store, cache, part, signal));
  const request = { size: bytes.byteLength, parts: [{ start: 0, bytes }], name: part.path };
  const [decoded] = (await decoder.decode({ ...request, columns })).rows;
  if (!decoded?.ipc) throw damagedFile(part.path, new RangeError('a part without its columns'));
  return { rows: decoded.rows, ipc: decoded.ipc };
}

/** Whether a part is here, so that it costs nothing. */
export async function isPartHere(cache: ByteCache, { path }: ContentPart): Promise<boolean> {
  return (await cache.get(path, ONLY_VERSION)) !== undefined;
}

async function fetchPart(
  store: ObjectStore,
  cache: ByteCache,
  part: ContentPart,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { value } = await store.get(part.path, signal);
  if (value.byteLength === part.bytes) {
    await cache.put(part.path, ONLY_VERSION, value);
    return value;
  }
  throw new LakeError({
    code: 'truncated',
    message: `${part.path} has ${value.byteLength} bytes, but the manifest’s index says ${part.bytes}.`,
    advice: 'Upload the lake again with “tidelake push”, or write its manifest anew with “tidelake manifest”.',
  });
}
